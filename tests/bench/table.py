#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""table.py RESULTS.json [--readme README.md]: the figures of run.py as one table.

A row is a quotient of two measured values, or one value, beside what it has to reach. With --readme
the table takes the place of what stands between the two comments in that file.
"""

import argparse
import json
import pathlib
import sys

BEGIN = "<!-- performance: written by scripts/bench.sh --readme -->"
END = "<!-- end of performance -->"


class Results:
    def __init__(self, values):
        self.values = values

    def of(self, name):
        """The value of a name, or None where it was not measured."""
        return self.values.get(name, {}).get("value")

    def text(self, name):
        value = self.of(name)
        if value is None:
            return self.values.get(name, {}).get("skipped", "not measured")
        if self.values[name]["unit"] == "bytes":
            return f"{value / 2**20:.0f} MB" if value >= 2**20 else f"{value / 1e3:.1f} kB"
        for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
            if value >= size:
                number = value / size
                return f"{number:.0f} {unit}" if number >= 100 else f"{number:.3g} {unit}"
        return f"{value:.0f} ns"


def quotient(results, what, above, below, target=""):
    """A row `above / below`."""
    a, b = results.of(above), results.of(below)
    if a is None or b is None:
        missing = above if a is None else below
        return (what, results.text(missing), "", target)
    return (what, f"{results.text(above)} / {results.text(below)}", f"{a / b:.2g}", target)


def single(results, what, name, target=""):
    return (what, results.text(name), "", target)


def pixel_rows(results):
    yield quotient(results, "all pixels of a colour code / encoding it by OpenCV",
                   "pixels/codes_color", "encoding_by_opencv/jpeg_color", "at most 0.6")
    yield quotient(results, "the same / encoding it by ours",
                   "pixels/codes_color", "encoding/jpeg_color", "at most 0.6")
    yield quotient(results, "all pixels of a gray code / encoding it by OpenCV",
                   "pixels/codes_gray", "encoding_by_opencv/jpeg_gray", "at most 0.4")
    yield quotient(results, "the same / encoding it by ours",
                   "pixels/codes_gray", "encoding/jpeg_gray", "at most 0.4")
    yield quotient(results, "the whole job by plain OpenCV / all pixels of a colour code",
                   "opencv_whole_job", "pixels/codes_color")
    for job, what in (("codes_color", "colour code"), ("dates", "date"), ("digits", "ten digits"),
                      ("digits_augmented", "ten digits, each changed"), ("phones", "phone number")):
        yield single(results, f"{what}: composing", f"composing/{job}")
        yield single(results, f"{what}: all", f"pixels/{job}")
    yield single(results, "ten digits of the built-in hand in 28 x 200, composing only",
                 "compose_sequence/width:200", "at most 6 us")
    yield single(results, "ten of MNIST's 60,000 digits, composing only", "compose_mnist",
                 "at most 6 us")


def operation_rows(results):
    yield quotient(results, "Gaussian noise: `cv::RNG::fill` + `cv::add` / ours",
                   "opencv_fill_and_add", "run_apply/gaussian_noise", "at least 3")
    yield quotient(results, "the same / ours without AVX2", "opencv_fill_and_add",
                   "gaussian_noise_kernel/portable")
    yield quotient(results, "salt and pepper, 1 %: uniform values and masks / ours",
                   "opencv_salt_pepper", "run_apply/salt_pepper_1_percent")
    yield quotient(results, "rotation by 3 degrees: `cv::warpAffine` / ours",
                   "opencv_warp_affine/color:1/deg:3", "warp_kernel/avx2/color:1/deg:3")
    yield quotient(results, "width and colour: `cv::resize` of the coloured line / ours",
                   "opencv_resize", "stretch_and_color")
    yield quotient(results, "brightness: `cv::Mat::convertTo` / ours", "opencv_convert_to",
                   "run_apply/brightness_contrast")
    yield quotient(results, "a changed digit: `cv::warpAffine` alone / all of ours",
                   "opencv_warp_digit", "change_digit/moved_constant")


def storing_rows(results):
    yield quotient(results, "JPEG, colour: `cv::imencode` / ours",
                   "encoding_by_opencv/jpeg_color", "encoding/jpeg_color")
    yield quotient(results, "PNG of a colour code: `cv::imencode`, its quickest level / ours",
                   "encoding_by_opencv/png_color", "encoding/png_color")
    yield quotient(results, "PNG of ten digits: the same / ours",
                   "encoding_by_opencv/png_digits", "encoding/png_digits")
    for disk, where in (("disk", "a disk"), ("ram", "a RAM disk")):
        for threads in (1, 2):
            on = f"{where}, {threads} thread{'s' if threads > 1 else ''}"
            for format, target in (("folder", "at least 0.75"), ("lmdb", "at least 0.6"),
                                   ("webdataset", "at least 0.6")):
                for color in ("color", "gray"):
                    yield quotient(
                        results,
                        f"2000 {color.replace('color', 'colour')} codes, {on}: "
                        f"bare encode-and-write loop / {format}",
                        f"{disk}/bare_loop/{color}/{threads}_threads",
                        f"{disk}/data_set/{format}/{color}/{threads}_threads", target)
    for format in ("folder", "lmdb", "webdataset", "npz", "nowhere"):
        what = "nowhere" if format == "nowhere" else f"{format} on a RAM disk"
        yield quotient(results, f"2000 colour codes, {what}: one thread / two",
                       f"ram/data_set/{format}/color/1_threads",
                       f"ram/data_set/{format}/color/2_threads", "at least 1.9")


def program_rows(results):
    yield single(results, "`augment_codes --nums 100` from start to end, processor time",
                 "start/augment_codes_100/processor", "at most 150 ms")
    yield single(results, "`augment_codes --version`, processor time",
                 "start/augment_codes/processor")
    yield single(results, "loading the built-in codes", "loading/codes_color")
    yield single(results, "loading MNIST's 60,000 digits from .gz", "load_mnist")
    for samples in (10000, 100000, 1000000):
        yield single(results, f"peak memory, {samples:,} tiny samples to webdataset",
                     f"memory/webdataset/{samples}", "below 200 MB")


def python_rows(results):
    for threads in (1, 2):
        plural = "s" if threads > 1 else ""
        for kind in ("kept", "new"):
            yield quotient(results,
                           f"10,000 handwritten sequences, {threads} thread{plural}: "
                           f"`BatchMaker` / `g.batch` into a {kind} array",
                           f"batch_of_sequences/threads:{threads}",
                           f"python/batch_in_{kind}_array/threads:{threads}",
                           "at least 0.9" if kind == "kept" else "")
    yield quotient(results, "the same one by one: `Generator::sample` / `g[k]`",
                   "single_sequences", "python/singles")
    yield single(results, "the same by one worker of a DataLoader, `StreamDataset` of batches",
                 "python/loader/batches")
    yield single(results, "the same, `StreamDataset` of single samples and `ctc_collate`",
                 "python/loader/items")


def growth_rows(results):
    for kind, values, unit in (("length", (1, 4, 16, 64), "characters"),
                               ("height", (28, 50, 128, 256), "px high"),
                               ("alphabet", (2, 10, 36), "characters to choose from")):
        yield (f"all pixels of a colour code, {kind} " + ", ".join(map(str, values)) + f" {unit}",
               ", ".join(results.text(f"growth/{kind}:{value}") for value in values), "", "")


PEERS = {
    "albumentations/affine": ("affine of a colour line: albumentations", "run_apply/affine_3_deg"),
    "albumentations/gauss_noise": ("Gaussian noise: albumentations", "run_apply/gaussian_noise"),
    "albumentations/salt_and_pepper": ("salt and pepper: albumentations",
                                       "run_apply/salt_pepper_1_percent"),
    "albumentations/whole_job": ("all three: albumentations", "pixels/codes_color"),
    "torchvision/affine": ("affine of a colour line: torchvision", "run_apply/affine_3_deg"),
    "trdg/ten_digits": ("an image of ten digits on plain ground: trdg", "composing/codes_color"),
    "keras_style/digit": ("a changed digit: SciPy, as Keras' ImageDataGenerator",
                          "change_digit/moved_nearest"),
    "numpy_and_pillow/sequence": ("ten digits in 28 x 200: NumPy and Pillow",
                                  "compose_sequence/width:200"),
}


def peer_rows(results):
    for name, (what, ours) in PEERS.items():
        yield quotient(results, f"{what} / ours", f"peer/{name}", ours)
    for how, what in (("batches", "batches"), ("items", "single samples")):
        yield per_sample(results, how, what)


def per_sample(results, how, what):
    """One sequence by NumPy and Pillow against a worker's share of 10,000."""
    plain, loaded = results.of("peer/numpy_and_pillow/sequence"), results.of(f"python/loader/{how}")
    title = f"the same / one worker of a DataLoader, {what}"
    if plain is None or loaded is None:
        return (title, "not measured", "", "at least 5")
    return (title, f"{plain / 1e3:.3g} us / {loaded / 1e7:.3g} us", f"{plain / loaded * 1e4:.2g}",
            "at least 5")


def table(results):
    lines = ["| what | measured | ratio | target |", "|---|---|---|---|"]
    for rows in (pixel_rows, operation_rows, storing_rows, program_rows, python_rows,
                 growth_rows, peer_rows):
        lines += ["| " + " | ".join(row) + " |" for row in rows(results)]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--readme", type=pathlib.Path)
    arguments = parser.parse_args()
    rows = table(Results(json.loads(arguments.results.read_text(encoding="utf-8"))))
    print(rows)
    if arguments.readme is None:
        return
    text = arguments.readme.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        sys.exit(f"{arguments.readme}: must have '{BEGIN}' and '{END}' once each")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    arguments.readme.write_text(f"{before}{BEGIN}\n\n{rows}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
