# SPDX-License-Identifier: Apache-2.0
"""The interface of the MNIST digit sequences project, drawn by glyphmill.

    from glyphmill.sequences import AugmentedSeqGen, SeqGen

    driver = SeqGen()
    driver.horizontal_seq_gen([2, 4, 1, 7], space_range={"min": 0, "max": 5}, image_width=200)

Programs for its `driver` need another import line and nothing else. They find MNIST's test files
in data/ and leave what they make in aug_gen_data/, keras_data/ and keras_hor_images/, all in the
directory that they run in. Images are white on black, 28 px high and as wide as was asked for.

How digits are set, where a line has n of them and (image_width - 28 n) / (n - 1) lies within the
range of gaps: as whole pictures with this one gap, which fills the width; so is a single digit.
Otherwise every gap, from ink to ink, is a whole number of its own, drawn evenly from the range; the
line is centred, or reduced where it is too wide.

Of equal seeds the same calls in the same order make the same images.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, Union

import numpy as np
from numpy.typing import NDArray

from . import _core
from ._arguments import Seeds, digits_of, spacing_of, whole
from ._files import add_file, replace_file

# Looked at when something is called: relative to the directory of that time, and may be changed.
DATASET_DIR = "data"
IMAGE_FILE = "t10k-images.idx3-ubyte"
LABEL_FILE = "t10k-labels.idx1-ubyte"
IMAGE_PATH = os.path.join(DATASET_DIR, IMAGE_FILE)
LABEL_PATH = os.path.join(DATASET_DIR, LABEL_FILE)
IMAGE_SAVE_DIR = "aug_gen_data"
SPACING_RANGE = {"min": 0, "max": 10}
GEN_DATASET_NAME = "augmented_data"
AUGMENTED_KERAS_GEN_DATA = "keras_augmented_data"
KERAS_SAVE_DIR = "keras_data"
KERAS_AUG_HOR_IMAGES = "keras_hor_images"
IMAGE_HEIGHT = 28
IMAGE_WIDTH = 28

_BUILT_IN = "builtin:handwriting"
_BUILT_IN_WRITERS = 1000
_MOST_DIGITS = 240  # a file name has 255 bytes
_PREVIEW_PICTURES = 10
_PREVIEW_SIDE = 224  # px; five to a row
_LEAST_DEVIATION = 1e-6  # Keras' addend to every deviation that is divided by

SpaceRange = Union[Mapping[str, int], Sequence[int]]

# The names that the older package's README has for them.
_OTHER_NAMES = {
    "f_center": "featurewise_center",
    "s_center": "samplewise_center",
    "f_std_normalization": "featurewise_std_normalization",
    "s_std_normalization": "samplewise_std_normalization",
    "c_val": "cval",
}


class _Lines:
    """Sequences of the digits of one set, with their files."""

    def __init__(self, images: NDArray[np.uint8], labels: NDArray[np.uint8], name: str,
                 seed: int | None) -> None:
        self._lines = _core.DigitLines(images, labels, os.fsencode(name))
        self._seeds = Seeds(seed)

    def draw(self, texts: list[str], space_range: SpaceRange, width: int,
             seed: int) -> NDArray[np.uint8]:
        low, high = spacing_of("space_range", space_range)
        return self._lines.draw(texts, low, high, whole("image_width", width), seed)

    def draw_one(self, digits: Iterable[int] | str, space_range: SpaceRange, width: int,
                 directory: str) -> NDArray[np.uint8]:
        given = digits_of("input_sequence", digits)
        if not 1 <= len(given) <= _MOST_DIGITS:
            raise ValueError(f"input_sequence: must have 1 .. {_MOST_DIGITS} digits. "
                             f"Got: {len(given)}")
        text = "".join(map(str, given))
        image = self.draw([text], space_range, width, self._seeds.next())[0]
        _save_images(directory, [text], image[None])
        return image

    def draw_many(self, count: int, length: int, space_range: SpaceRange, width: int,
                  directory: str, values: Callable[[NDArray[np.uint8]], NDArray[Any]]) -> None:
        number, digits = whole("num_samples", count), whole("seq_len", length)
        if number < 1:
            raise ValueError(f"num_samples: must be at least 1. Got: {number}")
        if not 1 <= digits <= _MOST_DIGITS:
            raise ValueError(f"seq_len: must be between 1 and {_MOST_DIGITS}. Got: {digits}")
        seed = self._seeds.next()
        texts = _core.random_codes(number, digits, seed)
        images = self.draw(texts, space_range, width, seed)
        _save_images(directory, texts, images)
        labels = np.array([[int(digit) for digit in text] for text in texts], np.int64)
        _save_arrays(os.path.join(directory, GEN_DATASET_NAME + ".npz"), values(images), labels)


def _save_images(directory: str, texts: list[str], images: NDArray[np.uint8]) -> None:
    """TEXT.png, or TEXT_2.png, TEXT_3.png, ... where there is one."""
    os.makedirs(directory, exist_ok=True)
    tries: dict[str, int] = {}
    for text, image in zip(texts, images):
        content = _core.encode_png(image)
        while True:
            tries[text] = tries.get(text, 0) + 1
            name = text if tries[text] == 1 else f"{text}_{tries[text]}"
            try:
                add_file(os.path.join(directory, name + ".png"), content)
                break
            except FileExistsError:
                continue


def _replace(path: str, content: bytes) -> None:
    replace_file(path, lambda file: file.write(content))


def _save_arrays(path: str, images: NDArray[Any], labels: NDArray[np.int64]) -> None:
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    replace_file(path, lambda file: np.savez_compressed(file, images, labels))


def _grey_levels(values: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """Pictures (N, H, W), each from its least value, 0, to its greatest, 255; all 0 where they are
    equal. Where rescaling and normalisation left values of any size, this is what can be seen."""
    if values.size == 0:
        return values.astype(np.uint8)
    flat = values.reshape(len(values), -1)
    low = flat.min(axis=1, keepdims=True)
    span = flat.max(axis=1, keepdims=True) - low
    shares = np.divide(flat - low, span, out=np.zeros_like(flat), where=span > 0)
    return (shares * 255 + 0.5).astype(np.uint8).reshape(values.shape)


class SeqGen:
    """Makes sequences of MNIST's digits, and augmented digits.

    Args:
        digits: where the digits come from: MNIST's files, a folder of them, a .npz, a .pickle, a
            folder 0/ .. 9/ of pictures, or "builtin:handwriting" for digits without any file.
            Without it the files IMAGE_PATH and LABEL_PATH, plain or with .gz, with '-' or '.'
            before "idx". Any number of pictures.
        seed: 0 .. 2**64 - 1; without it every object draws other images.

    Raises:
        FileNotFoundError: there are no such files.
        ValueError: they do not hold digits, or a picture has no ink; another seed.
        OSError: they cannot be read.
    """

    def __init__(self, *, digits: str | os.PathLike[str] | None = None,
                 seed: int | None = None) -> None:
        name = _dataset_path() if digits is None else os.fspath(digits)
        if name == _BUILT_IN:
            self._images, self._labels = _core.handwriting(_BUILT_IN_WRITERS)
        else:
            self._images, self._labels = _core.read_digits(os.fsencode(name))
        self._lines = _Lines(self._images, self._labels, name, seed)
        self._seeds = Seeds(None if seed is None else self._lines._seeds.next())

    def horizontal_seq_gen(self, input_sequence: Iterable[int] | str,
                           space_range: SpaceRange | None = None,
                           image_width: int = 100) -> NDArray[np.uint8]:
        """One sequence, also written to aug_gen_data/LABEL.png, or to LABEL_2.png, ... where there
        is such a file.

        Args:
            input_sequence: 1 .. 240 digits, as numbers or text.
            space_range: {"min": .., "max": ..} or (min, max), the gap between digits, px, both
                included, 0 .. 10000; without it SPACING_RANGE.
            image_width: px, 1 .. 65536, at least one for each digit.

        Returns:
            uint8 (28, image_width), white on black.

        Raises:
            ValueError: an argument that is not as said here, or a digit without a picture.
            OSError: the file cannot be written.
        """
        return self._lines.draw_one(input_sequence, _spacing_or_default(space_range), image_width,
                                    IMAGE_SAVE_DIR)

    def generate_random_sequence(self, num_samples: int, seq_len: int,
                                 space_range: SpaceRange | None = None,
                                 image_width: int = 100) -> None:
        """Sequences of random digits: aug_gen_data/LABEL.png (LABEL_2.png, ... where there is such
        a file) and aug_gen_data/augmented_data.npz, which holds arr_0, uint8
        (num_samples, 28, image_width), white on black, and arr_1, int64 (num_samples, seq_len).

        Args:
            num_samples: at least 1.
            seq_len: digits in a sequence, 1 .. 240. At every place each of 0 .. 9 comes equally
                often, to within one.
            space_range, image_width: as for `horizontal_seq_gen`.

        Raises:
            ValueError: an argument that is not as said here, or a digit without a picture.
            OSError: a file cannot be written.
        """
        self._lines.draw_many(num_samples, seq_len, _spacing_or_default(space_range), image_width,
                              IMAGE_SAVE_DIR, lambda images: images)

    def augment_dataset(self, num_of_data_to_save: int = 10000, zca_whitening: bool = False,
                        rotation_range: float = 10, width_shift_range: float = 0.2,
                        height_shift_range: float = 0.2, shear_range: float = 0.2, *,
                        featurewise_center: bool = False, samplewise_center: bool = False,
                        featurewise_std_normalization: bool = False,
                        samplewise_std_normalization: bool = False, zca_epsilon: float = 1e-6,
                        brightness_range: Sequence[float] | None = None,
                        zoom_range: float | Sequence[float] = 0,
                        channel_shift_range: float = 0.0,
                        fill_mode: Literal["nearest", "constant", "reflect", "wrap"] = "nearest",
                        cval: float = 0.0, horizontal_flip: bool = False,
                        vertical_flip: bool = False, rescale: float | None = 0.0001,
                        preprocessing_function: Callable[[NDArray[np.float32]], Any] | None = None,
                        validation_split: float = 0.0, **other_names: Any) -> None:
        """Changed digits, by the rules of Keras' ImageDataGenerator: what `AugmentedSeqGen` uses.

        Writes keras_data/keras_augmented_data.npz, with arr_0, float32 (N, H, W, 1), and arr_1,
        int64 (N,), what they show; and the first ten as keras_data/aug_0.png .. aug_9.png, each
        from its least value, black, to its greatest, white. No picture is used again before all
        were. MNIST's pictures are 28 x 28.

        Args:
            num_of_data_to_save: N, at least 1.
            rotation_range: degrees; the angle is uniform in [-r, r]; 0 .. 180.
            width_shift_range, height_shift_range: below 1 a share of the side, uniform in [-s, s];
                from 1 on px, a whole number n one of the integers strictly inside (-n, n).
            shear_range: degrees, uniform in [-s, s]; 0 .. 89.
            zoom_range: z for [1 - z, 1 + z], or the two ends; drawn for rows and for columns.
            brightness_range: two factors; None for none.
            channel_shift_range: grey levels, uniform in [-s, s], clipped to the picture's own.
            fill_mode, cval: what lies outside the picture.
            horizontal_flip, vertical_flip: with probability 1/2.
            preprocessing_function: is given each changed picture, float32 (H, W, 1), before it is
                rescaled, and returns another of this shape.
            rescale: factor on the values; None or 0 for none.
            samplewise_center, samplewise_std_normalization: by each picture's own mean, deviation.
            featurewise_center, featurewise_std_normalization: by those of the whole set.
            zca_whitening, zca_epsilon: takes the correlations between pixels off.
            validation_split: the first share of the set's pictures, Keras' validation part, is left
                out of the changed ones; 0 .. 1, not 1 itself.
            other_names: f_center, s_center, f_std_normalization, s_std_normalization and c_val are
                other names of the parameters above.

        Raises:
            ValueError: an argument out of range, named as augment.NAME.
            TypeError: no such argument.
            OSError: a file cannot be written.
        """
        augment = {
            "rotation_range": rotation_range, "width_shift_range": width_shift_range,
            "height_shift_range": height_shift_range, "shear_range": shear_range,
            "zoom_range": zoom_range, "channel_shift_range": channel_shift_range,
            "fill_mode": fill_mode, "cval": cval, "horizontal_flip": horizontal_flip,
            "vertical_flip": vertical_flip, "rescale": rescale or 0,
            "samplewise_center": samplewise_center,
            "samplewise_std_normalization": samplewise_std_normalization,
            "featurewise_center": featurewise_center,
            "featurewise_std_normalization": featurewise_std_normalization,
            "zca_whitening": zca_whitening, "zca_epsilon": zca_epsilon,
        }
        if brightness_range is not None:
            augment["brightness_range"] = brightness_range
        for name, value in other_names.items():
            if name not in _OTHER_NAMES:
                raise TypeError("augment_dataset() got an unexpected keyword argument "
                                f"{name!r}")
            augment[_OTHER_NAMES[name]] = value
        count = whole("num_of_data_to_save", num_of_data_to_save)
        if count < 1:
            raise ValueError(f"num_of_data_to_save: must be at least 1. Got: {count}")
        if not 0 <= validation_split < 1:
            raise ValueError("validation_split: must be at least 0 and below 1. "
                             f"Got: {validation_split}")
        first = int(len(self._images) * validation_split)
        values, sources = self._augmented(augment, count, first, preprocessing_function)
        labels = self._labels[sources].astype(np.int64)
        _save_arrays(_augmented_path(), values[..., None], labels)
        for place, picture in enumerate(_grey_levels(values[:_PREVIEW_PICTURES])):
            _replace(os.path.join(KERAS_SAVE_DIR, f"aug_{place}.png"), _core.encode_png(picture))

    def _augmented(self, augment: dict[str, Any], count: int, first: int,
                   function: Callable[[NDArray[np.float32]], Any] | None
                   ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Values (count, H, W) and the picture that each is of."""
        def drawn(options: dict[str, Any]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
            return _core.augmented(self._images, self._labels,
                                   json.dumps(options, default=_plain), self._seeds.next(), count,
                                   first)
        if function is None:
            return drawn(augment)
        # The function's place is between the change and the normalisation.
        steps = {name: augment[name] for name in
                 ("rescale", "samplewise_center", "samplewise_std_normalization",
                  "featurewise_center", "featurewise_std_normalization", "zca_whitening")}
        values, sources = drawn({**augment, **dict.fromkeys(steps, False), "rescale": 0})
        for place, picture in enumerate(values):
            result = np.asarray(function(picture[..., None].copy()), np.float32)
            if result.shape != (*picture.shape, 1):
                raise ValueError("preprocessing_function: must return the shape that it is given, "
                                 f"{(*picture.shape, 1)}. Got: {result.shape}")
            values[place] = result[..., 0]
        return _standardized(values, self._images, steps, augment["zca_epsilon"]), sources


def _standardized(pictures: NDArray[np.float32], images: NDArray[np.uint8],
                  steps: Mapping[str, Any], zca_epsilon: float) -> NDArray[np.float32]:
    """The normalisations of ImageDataGenerator, in its order, of values that it cannot make itself;
    `images` are the whole set."""
    values = pictures.astype(np.float64)
    axes = (1, 2)
    if steps["rescale"]:
        values *= steps["rescale"]
    if steps["samplewise_center"] or steps["samplewise_std_normalization"]:
        values -= values.mean(axes, keepdims=True)
    if steps["samplewise_std_normalization"]:
        values /= values.std(axes, keepdims=True) + _LEAST_DEVIATION
    is_whitened = steps["zca_whitening"]
    mean, deviation = images.mean(), images.std()
    if steps["featurewise_center"] or steps["featurewise_std_normalization"] or is_whitened:
        values -= mean
    if steps["featurewise_std_normalization"] and not is_whitened:
        values /= deviation + _LEAST_DEVIATION
    if is_whitened:
        flat = images.reshape(len(images), -1) - mean
        variances, axes_of_data = np.linalg.eigh(flat.T @ flat / len(flat))
        scale = 1 / np.sqrt(np.maximum(variances, 0) + zca_epsilon)
        whitening = (axes_of_data * scale) @ axes_of_data.T
        values = (values.reshape(len(values), -1) @ whitening).reshape(values.shape)
    return values.astype(np.float32)


class AugmentedSeqGen:
    """Makes sequences of the digits that `SeqGen.augment_dataset` left in keras_data/.

    Each of these digits is seen from its least value, black, to its greatest, white. Those that the
    change left without ink are not used.

    Args:
        seed: 0 .. 2**64 - 1; without it every object draws other images.

    Raises:
        FileNotFoundError: there are no augmented digits yet.
        ValueError: the file does not hold such digits; another seed.
        OSError: it cannot be read.
    """

    def __init__(self, *, seed: int | None = None) -> None:
        path = _augmented_path()
        images, labels = _read_augmented(path)
        has_ink = images.any(axis=(1, 2))
        self._images = np.ascontiguousarray(images[has_ink])
        self._labels = labels[has_ink]
        if len(self._images) == 0:
            raise ValueError(f"{path}: must have a picture with ink. Got: none")
        self._lines = _Lines(self._images, self._labels, path, seed)

    def visualize_generated_aug_dataset(self) -> str:
        """Writes a sheet of the first ten digits, two rows of five with what they show, to
        keras_data/samples.png. Needs no screen.

        Returns:
            The path.

        Raises:
            OSError: the file cannot be written.
        """
        path = os.path.join(KERAS_SAVE_DIR, "samples.png")
        scale = max(1, _PREVIEW_SIDE // self._images.shape[2])
        pictures = self._images[:_PREVIEW_PICTURES].repeat(scale, axis=1).repeat(scale, axis=2)
        sheet = _core.encode_sheet([(picture, str(label))
                                    for picture, label in zip(pictures, self._labels)])
        _replace(path, sheet)
        return path

    def generate_random_sequence_with_keras_data(self, see_image: bool, num_samples: int,
                                                 seq_len: int,
                                                 space_range: SpaceRange | None = None,
                                                 image_width: int = 100) -> None:
        """Sequences of random augmented digits: keras_hor_images/LABEL.png (LABEL_2.png, ... where
        there is such a file) and keras_hor_images/augmented_data.npz, which holds arr_0,
        (num_samples, 28, image_width), white on black, and arr_1, int64 (num_samples, seq_len).

        Args:
            see_image: arr_0 is uint8, 0 .. 255, if true, else float32, 0 .. 1. The pictures are the
                same.
            num_samples, seq_len, space_range, image_width: as for
                `SeqGen.generate_random_sequence`.

        Raises:
            ValueError: an argument that is not as said there, or a digit without a picture.
            OSError: a file cannot be written.
        """
        def values(images: NDArray[np.uint8]) -> NDArray[Any]:
            return images if see_image else images.astype(np.float32) / np.float32(255)
        self._lines.draw_many(num_samples, seq_len, _spacing_or_default(space_range), image_width,
                              KERAS_AUG_HOR_IMAGES, values)


def _spacing_or_default(space_range: SpaceRange | None) -> SpaceRange:
    return SPACING_RANGE if space_range is None else space_range


def _augmented_path() -> str:
    return os.path.join(KERAS_SAVE_DIR, AUGMENTED_KERAS_GEN_DATA + ".npz")


def _dataset_path() -> str:
    """The file of MNIST's test pictures that is there."""
    for path in (IMAGE_PATH, IMAGE_PATH.replace(".idx", "-idx")):
        for name in (path, path + ".gz"):
            if os.path.exists(name):
                return name
    raise FileNotFoundError(f"{IMAGE_PATH}: there is no such file, plain or .gz. Put MNIST's test "
                            "files there, name others by SeqGen(digits=PATH), or take built-in "
                            f"digits by SeqGen(digits={_BUILT_IN!r})")


def _read_augmented(path: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Grey levels (N, H, W) and labels (N,)."""
    if not os.path.exists(path):
        raise FileNotFoundError(f"{path}: there is no such file. Run "
                                "SeqGen().augment_dataset() first")
    try:
        with open(path, "rb") as file:
            arrays = np.load(file, allow_pickle=False)
            if isinstance(arrays, np.ndarray):
                raise ValueError("one array alone")
            values, labels = arrays["arr_0"], arrays["arr_1"]
    except (KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path}: must hold arr_0 and arr_1. Got: {error}") from None
    if values.ndim == 4 and values.shape[3] == 1:
        values = values[..., 0]
    if values.ndim != 3 or values.dtype.kind not in "fu" or not np.isfinite(values).all():
        raise ValueError(f"{path}: arr_0 must be finite numbers (N, H, W, 1). "
                         f"Got: {values.dtype} {values.shape}")
    if labels.shape != values.shape[:1] or labels.dtype.kind not in "iu":
        raise ValueError(f"{path}: arr_1 must be whole numbers ({len(values)},). "
                         f"Got: {labels.dtype} {labels.shape}")
    if len(labels) > 0 and not (0 <= labels.min() and labels.max() <= 9):
        raise ValueError(f"{path}: arr_1 must be 0 .. 9. Got: {labels.min()} .. {labels.max()}")
    return _grey_levels(values.astype(np.float64)), labels.astype(np.uint8)


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays, as JSON knows them."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    raise TypeError(f"augment_dataset: must be given numbers and truth values. Got: {value!r}")
