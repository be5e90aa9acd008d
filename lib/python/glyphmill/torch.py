# SPDX-License-Identifier: Apache-2.0
"""Data sets for PyTorch whose samples are made while you train.

    import glyphmill
    from glyphmill.torch import StreamDataset
    from torch.utils.data import DataLoader

    stream = StreamDataset(glyphmill.Generator("configs/codes.yaml", count=10**9), batch_size=64)
    for images, targets, lengths in DataLoader(stream, batch_size=None, num_workers=1):
        ...                                      # ready for torch.nn.CTCLoss(blank=0)

or, where every sample has a number, is shuffled and comes again in the next epoch:

    data = SequenceDataset(glyphmill.Generator("configs/codes.yaml", count=10000, seed=1))
    loader = DataLoader(data, batch_size=64, shuffle=True, num_workers=1, collate_fn=ctc_collate)

`import glyphmill` does not import PyTorch; this module does. Its data sets work in any number of
workers, forked or spawned, and pickle as recipe and seed: a worker makes the same samples as the
process that made the data set. A `transform` is pickled with them, so that spawned workers need one
that pickles (a function of a module, not a lambda).
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, Literal, Union

import numpy as np
from numpy.typing import NDArray

try:
    import torch
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise ModuleNotFoundError("glyphmill.torch needs PyTorch (Debian: apt-get install "
                              "python3-torch; elsewhere: pip install torch)",
                              name="torch") from error
import torch.distributed
from torch import Tensor
from torch.utils.data import Dataset, IterableDataset, get_worker_info

from .data_set import DataSet
from .generator import Generator

__all__ = ["Charset", "SequenceDataset", "StreamDataset", "ctc_collate"]

#: Takes a sample's image, uint8 (H, W) or (H, W, 3) in RGB, and gives an array of either shape, or
#: a tensor C x H x W, which is used as it is. Those of `glyphmill.transforms` are such.
Transform = Callable[[NDArray[np.uint8]], Union[NDArray[Any], Tensor]]
#: Numbers of characters: a tensor, an array or any row of integers.
Ids = Union[Tensor, NDArray[Any], Iterable[Any]]


class Charset:
    """Numbers for characters: the i-th (from 0) of `characters` has number i + 1, and 0 is CTC's
    blank.

    Args:
        characters: each once, in the order of their numbers. Code points are meant: a letter with
            a combining accent is two of them.

    Raises:
        TypeError: anything but a text.
        ValueError: no character, or one more than once.

        >>> Charset("0123456789").encode("407")
        tensor([5, 1, 8])
    """

    blank: ClassVar[int] = 0

    def __init__(self, characters: str) -> None:
        if not isinstance(characters, str):
            raise TypeError(f"characters: must be a text. Got: {characters!r}")
        repeated = "".join(c for c, times in Counter(characters).items() if times > 1)
        if repeated:
            raise ValueError(f"characters: must be different. Got more than once: {repeated!r}")
        if not characters:
            raise ValueError("characters: must be one or more. Got: ''")
        self._characters = characters
        self._numbers = {character: i + 1 for i, character in enumerate(characters)}
        self._texts = ["", *characters]

    @classmethod
    def of(cls, generator: Generator | DataSet) -> Charset:
        """The characters of a generator's labels, in the order of their code points, or of a data
        set's."""
        return cls(generator.characters)

    @property
    def characters(self) -> str:
        return self._characters

    def __len__(self) -> int:
        """Characters and the blank: the classes of a recogniser's last layer."""
        return len(self._texts)

    def encode(self, label: str) -> Tensor:
        """The numbers of a label's characters.

        Returns:
            int64 (len(label),).

        Raises:
            ValueError: a character that the set lacks.
        """
        return self.encode_batch([label])[0]

    def encode_batch(self, labels: Sequence[str]) -> tuple[Tensor, Tensor]:
        """What CTCLoss takes as targets and target_lengths.

        Returns:
            int64 (sum of lengths,), the numbers of all labels one after another; int64 (N,), the
            characters of each label.

        Raises:
            ValueError: a character that the set lacks.
        """
        numbers = self._numbers
        try:
            targets = [numbers[character] for label in labels for character in label]
        except KeyError:
            raise self._lacking(labels) from None
        lengths = [len(label) for label in labels]
        return torch.tensor(targets, dtype=torch.int64), torch.tensor(lengths, dtype=torch.int64)

    def _lacking(self, labels: Sequence[str]) -> ValueError:
        label, character = next((label, character) for label in labels for character in label
                                if character not in self._numbers)
        return ValueError(f"label: must be made of the characters {self._characters!r}. "
                          f"Got: {character!r} in {label!r}")

    def decode(self, ids: Ids, *, collapse: bool = False) -> str:
        """The text of numbers; blanks are left out.

        Args:
            ids: one row of integers.
            collapse: takes `ids` as the best class of each step of a recogniser (greedy CTC): a
                number that repeats the one just before it is left out as well, so that only those
                with a blank between them come twice. Without it `ids` are targets.

        Raises:
            TypeError: ids that are not one row of integers (logits without argmax, say).
            ValueError: a number that stands for nothing.
        """
        text, before = [], self.blank
        for number in _integers(ids):
            if not 0 <= number < len(self):
                raise ValueError(f"ids: must be between 0 and {len(self) - 1}. Got: {number}")
            if not (collapse and number == before):
                text.append(self._texts[number])
            before = number
        return "".join(text)

    def decode_batch(self, ids: Ids, lengths: Ids | None = None, *,
                     collapse: bool = False) -> list[str]:
        """The texts of many rows; the reverse of `encode_batch` with what that gives.

        Args:
            ids: (N, T), or N rows, of which the first lengths[i] numbers of row i count; with
                `lengths` also one row in which all follow one another, as in `targets`.
            lengths: (N,). Without it whole rows count.
            collapse: see `decode`. Of a recogniser's output (T, N, classes) the rows are
                `output.argmax(2).T`.

        Raises:
            TypeError, ValueError: as `decode`; lengths that do not belong to the rows.
        """
        rows = _plain(ids)
        if lengths is not None:
            rows = _cut(rows, _integers(lengths, "lengths"))
        return [self.decode(row, collapse=collapse) for row in rows]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Charset) and self._characters == other._characters

    def __hash__(self) -> int:
        return hash((Charset, self._characters))

    def __repr__(self) -> str:
        return f"Charset({self._characters!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Charset, (self._characters,)


def _plain(ids: Ids) -> list[Any]:
    # Python's own numbers: a tensor's elements, one by one, are tensors and a hundred times slower.
    plain = ids.tolist() if isinstance(ids, (Tensor, np.ndarray)) else ids
    if not isinstance(plain, Iterable):
        raise TypeError(f"ids: must be a row of integers. Got: {ids!r}")
    return list(plain)


def _integers(ids: Ids, name: str = "ids") -> list[int]:
    try:
        return [operator.index(number) for number in _plain(ids)]
    except TypeError:
        got = f"{ids.dtype}, {tuple(ids.shape)}" if isinstance(ids, Tensor) else repr(ids)
        raise TypeError(f"{name}: must be a row of integers. Got: {got}") from None


def _cut(rows: list[Any], lengths: list[int]) -> list[list[Any]]:
    """The rows that `lengths` tell of, whether they follow one another in one row or are padded."""
    if rows and isinstance(rows[0], Iterable):
        rows = [_plain(row) for row in rows]
        if len(rows) != len(lengths) or any(not 0 <= n <= len(row)
                                            for n, row in zip(lengths, rows)):
            raise ValueError(f"lengths: must fit the rows of {[len(row) for row in rows]} numbers. "
                             f"Got: {lengths}")
        return [row[:n] for n, row in zip(lengths, rows)]
    if min(lengths, default=0) < 0 or sum(lengths) != len(rows):
        raise ValueError(f"lengths: must add up to the {len(rows)} numbers. Got: {lengths}")
    ends = np.cumsum(lengths, dtype=np.int64).tolist()
    return [rows[end - n:end] for n, end in zip(lengths, ends)]


def _charset_for(generator: Generator | DataSet, charset: Charset | None) -> Charset:
    """Told at once rather than by the one label in a million that has the character."""
    if charset is None:
        return Charset.of(generator)
    lacking = "".join(c for c in generator.characters if c not in charset.characters)
    if lacking:
        raise ValueError(f"charset: must have every character of the generator's labels, lacks "
                         f"{lacking!r}. Got: {charset!r}")
    return charset


def _item(generator: Generator | DataSet, charset: Charset, transform: Transform | None,
          k: int) -> tuple[Tensor, Tensor]:
    image, label = generator[k]
    made = image if transform is None else transform(image)
    return _as_tensor(made), charset.encode(label)


def _as_tensor(image: NDArray[Any] | Tensor) -> Tensor:
    if isinstance(image, Tensor):
        return image
    if not isinstance(image, np.ndarray) or image.ndim not in (2, 3):
        got = f"shape {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
        raise TypeError("transform: must give an array (H, W) or (H, W, C), or a tensor. "
                        f"Got: {got}")
    planes = image[np.newaxis] if image.ndim == 2 else image.transpose(2, 0, 1)
    # Flips have negative strides and pictures of PIL are read-only; tensors can be neither.
    return torch.from_numpy(np.require(planes, requirements=["C", "W"]))


class SequenceDataset(Dataset[tuple[Tensor, Tensor]]):
    """The samples of a generator by index, in the same order in every epoch unless the DataLoader
    shuffles them.

    Args:
        generator: or a data set that was written, of `glyphmill.load`. A shuffling DataLoader draws
            a permutation of all samples, some 50 bytes for each. For more than that is good for,
            and since samples are random already, see `StreamDataset`.
        charset: without it `Charset.of(generator)`.
        transform: see `Transform`.

    Items: uint8 C x H x W (C is 1, or 3 in RGB; what `transform` makes of it) and int64 (L,), the
    numbers of the label's characters. `ctc_collate` makes batches of them.

    Raises:
        ValueError: a charset without some character of the generator's labels.
        IndexError: in `[k]`, no such sample.
    """

    def __init__(self, generator: Generator | DataSet, charset: Charset | None = None,
                 transform: Transform | None = None) -> None:
        self.generator = generator
        self.charset = _charset_for(generator, charset)
        self.transform = transform

    def __len__(self) -> int:
        return len(self.generator)

    def __getitem__(self, k: int) -> tuple[Tensor, Tensor]:
        return _item(self.generator, self.charset, self.transform, k)


class StreamDataset(IterableDataset[tuple[Tensor, ...]]):
    """A generator's samples in their order, without end or in epochs of new samples, divided
    between the workers of a DataLoader and the ranks of a distributed training.

    Epoch e, 0 until `set_epoch`, is made of the samples e * samples_per_epoch, ...,
    (e + 1) * samples_per_epoch - 1, modulo len(generator). With `samples_per_epoch` the default an
    epoch is the whole generator; with less of a generator of 10**9 samples no epoch repeats one.

    Args:
        generator: its samples are random already, so that nothing is gained by shuffling them.
        charset: without it `Charset.of(generator)`.
        samples_per_epoch: of all ranks together.
        batch_size: items are whole batches, made by `generator.batch` in one go, as fast as can be;
            for `DataLoader(stream, batch_size=None)`. Without it items are samples, as those of
            `SequenceDataset`, for `DataLoader(stream, batch_size=64, collate_fn=ctc_collate)`.
        rank, world_size: which part of how many is this process's, both or neither. Without them
            those of torch.distributed, where that is initialised when the data set is made, else
            0 of 1.
        transform: see `Transform`. With `batch_size` images are then made one by one.
        pad, width, widths, dtype: of batches; see `ctc_collate`. `pad` may also be "paper", each
            image's own, where there is no `transform`. Images of differing heights are padded below
            too, and gray ones beside colour become colour.

    Batches are those of `ctc_collate`: float32 N x C x H x W in 0 .. 1, int64 targets, int64
    lengths. N is `batch_size`, and less in the last batch of an epoch that it does not divide.
    Handing them over is most of what a worker costs, and costs less with torch.uint8.

    Order: item i of an epoch belongs to rank i % world_size; of a rank's items, number j to worker
    j % num_workers. No item comes twice and none is left out. A DataLoader with batch_size=None
    gives a rank's items in their order whatever its workers, so that a training with batches sees
    the same ones in the same order with any number of them. (A DataLoader that makes the batches
    takes each from one worker, so that what a batch is made of depends on their number, and
    each worker ends with a batch that may be smaller.)

    Ranks: the first ones have at most one item more than the others. Where all must make equally
    many steps, as in DistributedDataParallel, let samples_per_epoch be a multiple of world_size,
    with `batch_size` of batch_size * world_size.

    Raises:
        ValueError: what is wrong with an argument.
    """

    def __init__(self, generator: Generator, charset: Charset | None = None,
                 samples_per_epoch: int | None = None, batch_size: int | None = None, *,
                 rank: int | None = None, world_size: int | None = None,
                 transform: Transform | None = None, pad: int | Literal["paper"] = 255,
                 width: int | None = None, widths: bool = False,
                 dtype: torch.dtype = torch.float32) -> None:
        given = {"pad": pad != 255, "width": width is not None, "widths": widths,
                 "dtype": dtype != torch.float32}
        if batch_size is None and any(given.values()):
            raise ValueError(f"{', '.join(name for name in given if given[name])}: must be given "
                             "with batch_size, being of batches")
        if transform is not None and pad == "paper":
            raise ValueError("pad: must be a number where there is a transform, for the paper of "
                             "what it makes is not known. Got: 'paper'")
        self.generator = generator
        self.charset = _charset_for(generator, charset)
        self.samples_per_epoch = (len(generator) if samples_per_epoch is None
                                  else _at_least_one("samples_per_epoch", samples_per_epoch))
        self.batch_size = (None if batch_size is None
                           else _at_least_one("batch_size", batch_size))
        self.rank, self.world_size = _place(rank, world_size)
        self.transform = transform
        self.pad: int | Literal["paper"] = "paper" if pad == "paper" else _checked_pad(pad)
        self.width = None if width is None else _at_least_one("width", width)
        self.widths = widths
        self.dtype = _checked_dtype(dtype)
        # Persistent workers have copies of the data set made before the first epoch; all of them
        # look at this memory. A tensor, because forked and spawned workers get it the same way.
        self._epoch = torch.zeros(1, dtype=torch.int64).share_memory_()

    @property
    def epoch(self) -> int:
        return int(self._epoch)

    def set_epoch(self, epoch: int) -> None:
        """Chooses the samples of the next iteration, in all workers; call it on every rank, before
        the loop over the DataLoader begins. An iteration that has begun is not changed.

        Raises:
            ValueError: epoch is negative, or 2**63 or more.
        """
        number = operator.index(epoch)
        if not 0 <= number < 1 << 63:
            raise ValueError(f"epoch: must be between 0 and 2**63 - 1. Got: {epoch}")
        self._epoch[0] = number

    def __len__(self) -> int:
        """Samples, or batches, of this rank in an epoch, for all of its workers."""
        return len(range(self.rank, self._items(), self.world_size))

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        # Not a generator function: the epoch is to be read now, not when the first item is asked
        # for.
        first = self.epoch * self.samples_per_epoch
        worker = get_worker_info()
        number, workers = (0, 1) if worker is None else (worker.id, worker.num_workers)
        mine = range(self.rank + number * self.world_size, self._items(),
                     self.world_size * workers)
        if self.batch_size is None:
            return (self._sample(first + i) for i in mine)
        size = self.batch_size
        # Workers share the processors already.
        threads = 0 if worker is None else 1
        return (self._batch(first + i * size, min(size, self.samples_per_epoch - i * size), threads)
                for i in mine)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        # What was read from a file is not shared yet; what a worker was given is, and stays so.
        self._epoch.share_memory_()

    def _items(self) -> int:
        """Of all ranks."""
        return -(-self.samples_per_epoch // (self.batch_size or 1))

    def _sample(self, position: int) -> tuple[Tensor, Tensor]:
        return _item(self.generator, self.charset, self.transform, position % len(self.generator))

    def _batch(self, position: int, n: int, threads: int) -> tuple[Tensor, ...]:
        if self.transform is not None:
            items = [self._sample(position + i) for i in range(n)]
            return ctc_collate(items, pad=_checked_pad(self.pad), width=self.width,
                               widths=self.widths, dtype=self.dtype)
        images, labels, image_widths = self._arrays(position, n, threads)
        targets, lengths = self.charset.encode_batch(labels)
        parts = (_scaled(torch.from_numpy(images), self.dtype), _sent(targets), _sent(lengths))
        return (*parts, _sent(torch.from_numpy(image_widths))) if self.widths else parts

    def _arrays(self, position: int, n: int, threads: int
                ) -> tuple[NDArray[np.uint8], list[str], NDArray[np.int64]]:
        """Images, labels and widths of `n` samples, beginning again after the generator's last."""
        runs = list(_runs(position, n, len(self.generator)))
        batches = [self.generator.batch(start, count, pad=self.pad, width=self.width,
                                        threads=threads) for start, count in runs]
        if len(batches) == 1:
            return batches[0].images, batches[0].labels, batches[0].widths
        # Each run was padded to its own largest image. Made once more, at the size of all, which
        # happens once in a whole pass over the generator.
        shape = np.max([batch.images.shape[1:] for batch in batches], axis=0)
        images = np.empty((n, *shape), np.uint8)
        end = 0
        for start, count in runs:
            self.generator.batch(start, count, pad=self.pad, out=images[end:end + count],
                                 threads=threads)
            end += count
        return (images, [label for batch in batches for label in batch.labels],
                np.concatenate([batch.widths for batch in batches]))


def _runs(position: int, n: int, samples: int) -> Iterator[tuple[int, int]]:
    """(first sample, how many) of each stretch of the positions position .. position + n - 1,
    modulo `samples`."""
    while n > 0:
        start = position % samples
        count = min(n, samples - start)
        yield start, count
        position += count
        n -= count


def _at_least_one(name: str, given: int) -> int:
    number = operator.index(given)
    if number < 1:
        raise ValueError(f"{name}: must be 1 or more. Got: {given}")
    return number


def _checked_pad(pad: Any) -> int:
    if not isinstance(pad, (int, np.integer)) or not 0 <= pad <= 255:
        raise ValueError(f"pad: must be between 0 and 255. Got: {pad!r}")
    return int(pad)


def _checked_dtype(dtype: torch.dtype) -> torch.dtype:
    if dtype not in (torch.float32, torch.uint8):
        raise ValueError(f"dtype: must be torch.float32 or torch.uint8. Got: {dtype}")
    return dtype


def _place(rank: int | None, world_size: int | None) -> tuple[int, int]:
    if (rank is None) != (world_size is None):
        raise ValueError(f"rank, world_size: must be given together. Got: {rank}, {world_size}")
    if rank is None or world_size is None:
        if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
            return 0, 1
        return torch.distributed.get_rank(), torch.distributed.get_world_size()
    place, places = operator.index(rank), operator.index(world_size)
    if not 0 <= place < places:
        raise ValueError(f"rank: must be between 0 and world_size - 1. Got: {rank} of {world_size}")
    return place, places


def ctc_collate(items: Sequence[tuple[Tensor, Tensor]], *, pad: int = 255,
                width: int | None = None, widths: bool = False,
                dtype: torch.dtype = torch.float32) -> tuple[Tensor, ...]:
    """Makes a batch for torch.nn.CTCLoss of the items of `SequenceDataset` or `StreamDataset`; for
    `DataLoader(..., collate_fn=ctc_collate)` or, with other options,
    `collate_fn=functools.partial(ctc_collate, pad=0)`.

    Args:
        items: image C x H x W, all uint8 or all floating; int64 (L,), the label's numbers.
        pad: 0 .. 255; gray value of what is put to the right of images narrower than the batch's.
        width: px of the batch's images; without it, that of the widest.
        widths: gives those of the images as well, before they were padded: int64 (N,), the fourth.
        dtype: torch.float32, or torch.uint8 for the bytes themselves, which are a quarter as much
            to bring from a worker or to a GPU; images.float() / 255 is then left to be done.

    Returns:
        images: float32 N x C x H x W. Bytes become 0 .. 1; floating images are taken to be in that
            range, and stay as they are. pad / 255 to the right.
        targets: int64 (sum of lengths,), the numbers of all labels one after another.
        lengths: int64 (N,), characters of each label.

    Raises:
        ValueError: no items; images that differ in height, channels or kind of numbers, or are
            wider than `width`, or floating where `dtype` is uint8.
    """
    if not items:
        raise ValueError("items: must be one or more. Got: none")
    pad = _checked_pad(pad)
    images = [image for image, _ in items]
    _check_alike(images)
    widest = max(image.shape[2] for image in images)
    if width is not None and widest > width:
        raise ValueError(f"width: must be that of the widest image or more, {widest}. Got: {width}")
    is_bytes = images[0].dtype == torch.uint8
    if _checked_dtype(dtype) == torch.uint8 and not is_bytes:
        raise ValueError(f"dtype: must be torch.float32 for floating images. Got: {dtype}")
    batch = torch.full((len(images), *images[0].shape[:2], width or widest),
                       pad if is_bytes else pad / 255,
                       dtype=torch.uint8 if is_bytes else torch.float32)
    for place, image in zip(batch, images):
        place[:, :, :image.shape[2]] = image
    targets = torch.cat([numbers for _, numbers in items])
    lengths = torch.tensor([len(numbers) for _, numbers in items], dtype=torch.int64)
    parts = (_scaled(batch, dtype) if is_bytes else batch, _sent(targets), _sent(lengths))
    if not widths:
        return parts
    return (*parts, _sent(torch.tensor([image.shape[2] for image in images], dtype=torch.int64)))


def _check_alike(images: Sequence[Tensor]) -> None:
    def kind(image: Tensor) -> str:
        return "float" if image.is_floating_point() else str(image.dtype).replace("torch.", "")

    def described(i: int) -> str:
        return f"{kind(images[i])} {' x '.join(map(str, images[i].shape))} (item {i})"

    for i, image in enumerate(images):
        if image.dim() != 3 or kind(image) not in ("uint8", "float"):
            raise ValueError("items: images must be uint8 or floating, C x H x W. "
                             f"Got: {described(i)}")
        if image.shape[:2] != images[0].shape[:2] or kind(image) != kind(images[0]):
            raise ValueError("items: images must have the same channels, height and kind of "
                             f"numbers. Got: {described(0)} and {described(i)}")


class _Small(Tensor):
    """What a worker sends in the message itself. PyTorch shares memory for every tensor, and to
    hand over a few numbers in that way takes longer than to make an image."""

    # Of what is computed from it nothing is known.
    __torch_function__ = torch._C._disabled_torch_function_impl

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return torch.from_numpy, (self.numpy(),)


def _sent(small: Tensor) -> Tensor:
    return small if get_worker_info() is None else small.as_subclass(_Small)


def _scaled(images: Tensor, dtype: torch.dtype) -> Tensor:
    return images if dtype == torch.uint8 else images.to(dtype).div_(255)
