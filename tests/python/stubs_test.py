#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The stub files say what is there: no more, no less."""

import ast
import inspect
import pathlib
import unittest

from glyphmill import _core
from glyphmill import transforms as T

PACKAGE = pathlib.Path(T.__file__).parent


def classes_of(stub):
    tree = ast.parse((PACKAGE / stub).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}, tree


def keyword_defaults(function):
    arguments = function.args
    return {argument.arg: None if default is None else ast.literal_eval(default)
            for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults)}


class StubsTest(unittest.TestCase):
    def test_transforms_and_their_options(self):
        stubs, _ = classes_of("transforms.pyi")
        self.assertEqual(set(stubs) - {"Transform", "Compose"},
                         {cls.__name__ for cls in T.CLASSES.values()})
        for cls in T.CLASSES.values():
            with self.subTest(transform=cls.__name__):
                stated = keyword_defaults(stubs[cls.__name__].body[0])
                real = {name: parameter.default
                        for name, parameter in inspect.signature(cls).parameters.items()}
                self.assertEqual(stated, real)

    def test_the_compiled_part(self):
        stubs, tree = classes_of("_core.pyi")
        stated = {node.name for node in tree.body
                  if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
        real = {name for name in dir(_core) if not name.startswith("_")}
        self.assertEqual(stated, real)
        for name, stub in stubs.items():
            with self.subTest(name=name):
                stated = {node.name for node in stub.body if isinstance(node, ast.FunctionDef)}
                real = {key for key in vars(getattr(_core, name)) if not key.startswith("_")}
                self.assertEqual({key for key in stated if not key.startswith("_")}, real)


if __name__ == "__main__":
    unittest.main()
