# SPDX-License-Identifier: Apache-2.0
"""Files that are whole or not there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from typing import BinaryIO


def replace_file(path: str | os.PathLike[str], write: Callable[[BinaryIO], object]) -> None:
    """Writes a file under a temporary name and renames it: a file of this name is whole at any
    time, the old or the new.

    Raises:
        OSError: it cannot be written.
    """
    directory = os.path.dirname(os.path.abspath(os.fsdecode(path)))
    temporary = os.path.join(directory, f".glyphmill-{secrets.token_hex(8)}")
    try:
        with open(temporary, "xb") as file:
            write(file)
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def add_file(path: str | os.PathLike[str], content: bytes) -> None:
    """Writes a file where there is none of its name.

    Raises:
        FileExistsError: there is one, and it stays.
        OSError: it cannot be written.
    """
    with open(path, "xb") as file:
        try:
            file.write(content)
            file.flush()
        except BaseException:
            os.unlink(path)
            raise
