# SPDX-License-Identifier: Apache-2.0
"""What the tests of readers have in common: small data sets of labels that naive readers spoil,
made by the real programs, and the same samples from Glyphmill's folder to compare with."""

import json
import pathlib
import shutil
import string
import sys
import tempfile

import numpy
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from cli_test_case import CliTest  # noqa: E402

DIGITS = ["00123", "00456", "99999", "00000"]
DATES = ["2024-01-31", "2024-02-29", "1999-12-01"]
MISSING = ["NA", "null", "nan", "None", "N/A"]  # what pandas takes for no value at all
NUMBERS = ["1e5", "0x10", "1.20", "+4930", "true"]
BLANKS = ["+49 30 1", "+49 30 22"]
LETTERS = ["AbC", "xYz"]
PUNCTUATION = ["a,b", 'c"d', "x;y", "^a]", "x\\y", "#1"]
EDGES = [" x", "y "]  # blanks that EasyOCR and tesstrain strip, whatever the file says
MIXED = DIGITS + DATES + MISSING + NUMBERS + BLANKS + LETTERS + PUNCTUATION
# For readers that guess a type from all labels of a set.
TRAPS = {
    "digits": DIGITS, "one": DIGITS[:1], "dates": DATES, "missing": MISSING, "numbers": NUMBERS,
    "blanks": BLANKS, "letters": LETTERS, "punctuation": PUNCTUATION, "mixed": MIXED,
}


def draw_tiles(folder):
    """One tile for each printable ASCII character."""
    font = ImageFont.load_default(40)
    lines = ["tiles:"]
    folder.mkdir()
    for character in string.printable[:-5]:
        tile = Image.new("L", (int(font.getlength(character)) + 8, 64), 255)
        ImageDraw.Draw(tile).text((4, 6), character, fill=0, font=font)
        name = f"u{ord(character):03d}.png"
        tile.save(folder / name)
        lines.append(f"  {name}: {{text: {json.dumps(character)}}}")
    (folder / "tiles.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def decoded(image):
    """A PIL image as an array of its own channels."""
    return numpy.asarray(image)


def opened(path):
    with Image.open(path) as image:
        return decoded(image)


class ReaderTest(CliTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.shared)
        draw_tiles(cls.shared / "tiles")

    def make(self, out, texts, formats="folder", output=(), **recipe):
        """Makes a data set of given labels; the same arguments with another format make the same
        samples. Returns its directory."""
        job = {
            "seed": 7, "count": len(texts), "labels": {"kind": "list", "texts": texts},
            "glyphs": {"kind": "tiles", "tiles": str(self.shared / "tiles")},
            "output": {"format": formats, "image_ext": "png", **dict(output)}, **recipe,
        }
        self.write(f"{out}.yaml", json.dumps(job))
        self.ok("augment_batch", f"{out}.yaml", "-o", out)
        return self.dir / out

    def pair(self, out, texts, formats, **recipe):
        """The directory of a data set, and its samples as a folder holds them."""
        self.make(f"{out}.folder", texts, **recipe)
        return self.make(out, texts, formats, **recipe), self.folder(f"{out}.folder")

    def folder(self, out):
        """(label, pixels) of every sample of a folder, in order."""
        return [(label, opened(path)) for label, path in self.labelled_images(out)]

    def assert_samples(self, read, expected):
        """Both are (label, pixels), in order."""
        self.assertEqual([label for label, _ in read], [label for label, _ in expected])
        self.assertGreater(len(read), 0)
        for (label, pixels), (_, others) in zip(read, expected):
            numpy.testing.assert_array_equal(pixels, others, err_msg=label)
