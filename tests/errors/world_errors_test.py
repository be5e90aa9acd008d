#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the programs say and leave behind when the world does not play along.

GLYPHMILL_BIN names the folder of the programs."""

import os
import pathlib
import signal
import struct
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ["GLYPHMILL_BIN"]).resolve()
ASSETS = pathlib.Path(__file__).resolve().parents[2] / "assets" / "tiles"


def run(program, *args, cwd=None):
    return subprocess.run([BIN / program, *args], capture_output=True, timeout=120, cwd=cwd)


class WorldErrors(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.dir = pathlib.Path(self.temporary.name)
        self.out = self.dir / "out"

    def refused(self, code, message, *args, program="augment_codes"):
        """Runs, expects exit `code`, `message` within one line of stderr, and no output."""
        result = run(program, *args, "-o", self.out, "--seed", "1")
        stderr = result.stderr.decode(errors="replace")
        self.assertEqual(result.returncode, code, stderr)
        self.assertIn(message, stderr)
        self.assertTrue(stderr.startswith(program + ": "), stderr)
        self.assertNotIn("terminate", stderr)
        self.assertEqual(result.stdout, b"")
        return stderr

    def tiles(self, **files):
        folder = self.dir / "tiles"
        folder.mkdir(exist_ok=True)
        for digit in range(10):
            if f"{digit}__bmp" in files:
                continue
            picture = (ASSETS / "codes" / f"{digit}_print_1.png").read_bytes()
            (folder / f"{digit}.png").write_bytes(picture)
        for name, content in files.items():
            (folder / name.replace("__", ".")).write_bytes(content)
        return folder

    def check_bad_tile(self, content, problem):
        folder = self.tiles(**{"7__png": content})
        self.refused(1, f"{folder}/7.png: {problem}", "--tiles", folder)
        self.assertFalse(self.out.exists())

    def test_missing_tile_folder(self):
        self.refused(1, "no such tile folder", "--tiles", self.dir / "nowhere")
        self.assertFalse(self.out.exists())

    def test_empty_tile_folder(self):
        (self.dir / "empty").mkdir()
        self.refused(1, "a tile folder must hold png, jpg, bmp or tif files", "--tiles",
                     self.dir / "empty")
        self.assertFalse(self.out.exists())

    def test_tile_that_is_no_picture(self):
        self.check_bad_tile(b"not a picture at all", "is not a whole PNG, JPEG, BMP or TIFF")

    def test_truncated_tile(self):
        whole = (ASSETS / "codes" / "7_print_1.png").read_bytes()
        self.check_bad_tile(whole[:len(whole) // 2], "is truncated")

    def test_tile_of_no_pixels(self):
        whole = bytearray((ASSETS / "codes" / "7_print_1.png").read_bytes())
        whole[16:20] = struct.pack(">I", 0)
        self.check_bad_tile(bytes(whole), "a tile must have 1 to 64 million pixels. Got: 0 x")

    def test_tile_of_too_many_pixels(self):
        whole = bytearray((ASSETS / "codes" / "7_print_1.png").read_bytes())
        whole[16:24] = struct.pack(">II", 60000, 60000)
        self.check_bad_tile(bytes(whole), "a tile must have 1 to 64 million pixels. Got: 60000 x 60000")

    def test_tile_that_shows_no_ink(self):
        # One gray pixel: a picture, but of nothing.
        pixel = bytes.fromhex("424d3a000000000000003600000028000000010000000100000001001800000000"
                              "000400000000000000000000000000000000000000fafafa00")
        folder = self.tiles(**{"7__bmp": pixel})
        self.refused(1, f"{folder}/7.bmp: shows no ink where '7' should be", "--tiles", folder)
        self.assertFalse(self.out.exists())

    def test_tiles_that_changed_under_a_recipe(self):
        folder = self.tiles()
        args = ["--tiles", folder, "--nums", "100", "-q"]
        self.assertEqual(run("augment_codes", *args, "--seed", "1", "-o", self.out).returncode, 0)
        (folder / "3.png").write_bytes((folder / "8.png").read_bytes())
        result = run("augment_batch", self.out / "recipe.yaml", "-o", self.dir / "again")
        self.assertEqual(result.returncode, 2)
        self.assertIn("glyphs.checksum: ", result.stderr.decode())
        self.assertFalse((self.dir / "again").exists())
        self.refused(2, "holds the data of another recipe or seed", *args, "--resume")

    def test_digits_that_changed_under_a_recipe(self):
        digits = self.dir / "digits"
        for digit in range(10):
            (digits / str(digit)).mkdir(parents=True)
            picture = (ASSETS / "codes" / f"{digit}_print_1.png").read_bytes()
            (digits / str(digit) / "0.png").write_bytes(picture)
        args = ["--digits", digits, "--nums", "20", "-q"]
        self.assertEqual(run("augment_mnist", *args, "--seed", "1", "-o", self.out).returncode, 0)
        (digits / "3" / "0.png").write_bytes((digits / "8" / "0.png").read_bytes())
        result = run("augment_batch", self.out / "recipe.yaml", "-o", self.dir / "again")
        self.assertEqual(result.returncode, 2)
        self.assertIn("glyphs.checksum: ", result.stderr.decode())
        self.assertFalse((self.dir / "again").exists())
        self.refused(2, "holds the data of another recipe or seed", *args, "--resume",
                     program="augment_mnist")

    def test_digits_that_are_not_there(self):
        self.refused(1, f"{self.dir}/nowhere", "--digits", self.dir / "nowhere",
                     program="augment_mnist")
        self.assertFalse(self.out.exists())

    def test_truncated_digits(self):
        result = run("augment_mnist", "--single", "--nums", "20", "--format", "npz", "--seed", "1",
                     "-o", self.dir / "whole", "-q")
        self.assertEqual(result.returncode, 0, result.stderr)
        whole = (self.dir / "whole" / "dataset.npz").read_bytes()
        part = self.dir / "part.npz"
        for size in (0, 3, 30, len(whole) // 2, len(whole) - 1):
            part.write_bytes(whole[:size])
            self.refused(1, f"augment_mnist: {part}: ", "--digits", part, program="augment_mnist")
            self.assertFalse(self.out.exists())

    def test_one_sequence_into_a_directory_that_cannot_be_written(self):
        # /proc refuses new entries even to root.
        self.out = pathlib.Path("/proc/glyphmill")
        self.refused(1, "/proc/glyphmill: cannot make the directory", "--sequence", "12",
                     program="augment_mnist")

    def test_one_image_alone_never_joins_a_data_set(self):
        self.assertEqual(run("augment_codes", "--nums", "10", "--seed", "1", "-q", "-o",
                             self.out).returncode, 0)
        self.refused(2, "must be an empty directory for one image alone", "--only", "3")
        self.assertEqual(len(list(self.out.glob("images/*/*"))), 10)

    def test_damaged_manifest_is_not_taken_for_a_finished_set(self):
        self.assertEqual(run("augment_codes", "--nums", "10", "--seed", "1", "-q", "-o",
                             self.out).returncode, 0)
        (self.out / "manifest.json").write_text("junk")
        self.refused(1, "has been damaged since", "--nums", "10", "--resume")

    def test_current_directory_as_output(self):
        here = self.dir / "here"
        here.mkdir()
        result = run("augment_codes", "--nums", "3", "--seed", "1", "-q", "-o", ".", cwd=here)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue((here / "manifest.json").exists())

    def test_dry_run_checks_the_name_pattern(self):
        self.refused(2, "output.name_pattern: ", "--name-pattern", "{foo}.jpg", "--dry-run")

    def test_name_that_is_not_utf8(self):
        folder = self.tiles()
        with open(os.path.join(os.fsencode(folder), b"\xff\xfe.png"), "wb") as file:
            file.write((ASSETS / "codes" / "7_print_1.png").read_bytes())
        self.refused(1, "a tile's file name must be UTF-8", "--tiles", folder)

    def test_manifest_with_an_unknown_key(self):
        folder = self.tiles(tiles__yaml=b"tiles:\n  7.png: {txt: \"7\"}\n")
        self.refused(1, "tiles.yaml:2:11: tiles.7.png.txt: unknown key", "--tiles", folder)

    def test_character_without_tile(self):
        self.refused(2, "no tile for 'x'", "--alphabet", "01x", "--tiles", self.tiles())
        self.assertFalse(self.out.exists())

    def test_year_without_tiles_is_named_before_anything_is_written(self):
        folder = self.dir / "days"
        folder.mkdir()
        names = [f"{day:02}" for day in range(1, 32)] + ["年", "月", "日"]
        for name in names:
            picture = ASSETS / "dates" / f"{name}_print.png"
            (folder / f"{name}.png").write_bytes(picture.read_bytes())
        self.refused(2, "2032-01-01: no tile for '32' and none for '3'", "--years", "2033",
                     "--tiles", folder, program="augment_dates")
        self.assertFalse(self.out.exists())

    def test_more_unique_codes_than_exist(self):
        self.refused(2, "count: must not exceed the 100 different labels that there are. Got: 101",
                     "--unique", "--length", "2", "--nums", "101")
        self.assertFalse(self.out.exists())

    def test_output_that_is_a_file(self):
        self.out.write_text("mine")
        self.refused(1, f"{self.out}: cannot")
        self.assertEqual(self.out.read_text(), "mine")

    def test_output_that_is_not_empty(self):
        self.out.mkdir()
        (self.out / "notes.txt").write_text("mine")
        self.refused(2, f"{self.out}: must be an empty directory")
        self.assertEqual(sorted(os.listdir(self.out)), ["notes.txt"])

    def test_output_that_cannot_be_written(self):
        # /proc refuses new entries even to root.
        self.out = pathlib.Path("/proc/glyphmill")
        self.refused(1, "/proc/glyphmill: cannot make the directory")

    def test_preview_that_cannot_be_written(self):
        sheet = self.dir / "nowhere" / "sheet.png"
        result = run("augment_codes", "--seed", "1", "--preview", sheet)
        self.assertEqual(result.returncode, 1)
        self.assertIn(str(self.dir / "nowhere"), result.stderr.decode())

    def test_missing_recipe(self):
        result = run("augment_batch", self.dir / "none.yaml", "-o", self.out)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"{self.dir / 'none.yaml'}: ", result.stderr.decode())

    def test_full_disk_leaves_nothing_half_written_and_can_be_resumed(self):
        disk = self.dir / "disk"
        disk.mkdir()
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "glyphmill", disk],
                               capture_output=True)
        if mount.returncode != 0:
            self.skipTest("cannot mount a small tmpfs here: " + mount.stderr.decode().strip())
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        self.out = disk / "out"
        stderr = self.refused(1, "No space left on device", "--nums", "1000")
        self.assertIn(str(self.out), stderr)
        self.assertFalse((self.out / "manifest.json").exists())
        left = [path for path in self.out.rglob("*") if path.is_file()]
        self.assertFalse([path for path in left if path.name.endswith(".tmp")])
        for image in self.out.glob("images/*/*.jpg"):
            self.assertTrue(image.read_bytes().endswith(b"\xff\xd9"), image)
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        args = ["augment_codes", "--nums", "1000", "--seed", "1", "-q", "--resume"]
        self.assertEqual(run(*args, "-o", self.out).returncode, 0)
        whole = self.dir / "whole"
        self.assertEqual(run(*args, "-o", whole).returncode, 0)
        compared = subprocess.run(["diff", "-r", self.out, whole], capture_output=True)
        self.assertEqual(compared.stdout, b"")

    def test_full_disk_at_the_start_leaves_nothing(self):
        disk = self.dir / "disk"
        disk.mkdir()
        # The root, the data set, its work directory, and no file more.
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "nr_inodes=3", "glyphmill", disk],
                               capture_output=True)
        if mount.returncode != 0:
            self.skipTest("cannot mount a small tmpfs here: " + mount.stderr.decode().strip())
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        self.out = disk / "out"
        self.assertIn("out/.glyphmill/", self.refused(1, "No space left on device"))
        self.assertEqual(list(disk.iterdir()), [])

    def test_threads_that_cannot_be_started(self):
        command = f'ulimit -s {1 << 30} && exec "$@"'  # a tebibyte of stack each
        result = subprocess.run(["bash", "-c", command, "bash", BIN / "augment_codes", "--seed", "1",
                                 "-o", self.out], capture_output=True, timeout=120)
        if b"ulimit" in result.stderr:
            self.skipTest("cannot ask for larger stacks here")
        if b"OpenBLAS" in result.stderr:
            self.skipTest("OpenBLAS, which OpenCV brings here, starts threads first and ends the "
                          "process where it cannot")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"augment_codes: a thread cannot be started: ", result.stderr)
        self.assertFalse(self.out.exists())

    def check_interruption(self, interruption, code):
        args = [BIN / "augment_codes", "--nums", "100000", "--seed", "1", "-o", self.out]
        process = subprocess.Popen(args, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        while not list(self.out.glob(".glyphmill/[0-9]*.json")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(interruption)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, code, stderr)
        self.assertEqual(stdout, b"")
        self.assertIn(b"--resume", stderr)
        self.assertFalse((self.out / "manifest.json").exists())
        self.assertEqual(list(self.out.glob(".glyphmill/*.tmp")), [])
        self.assertNotEqual(list(self.out.glob("images/*/*.jpg")), [])

    def test_interrupt_stops_cleanly(self):
        self.check_interruption(signal.SIGINT, 130)

    def test_termination_stops_cleanly(self):
        self.check_interruption(signal.SIGTERM, 143)

    def test_closed_standard_output_is_no_crash(self):
        result = subprocess.run(
            ["bash", "-c", f'"{BIN}/augment_codes" --help >&-; test $? -le 2'], timeout=60)
        self.assertEqual(result.returncode, 0)


if __name__ == "__main__":
    unittest.main()
