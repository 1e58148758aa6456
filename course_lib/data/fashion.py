"""Fashion-MNIST, downloaded when somebody asks for it, checked, and kept for the next time.

Han Xiao, Kashif Rasul and Roland Vollgraf (2017), Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
Learning Algorithms, arXiv:1708.07747. MIT licence. Names, address and checksums are those that the authors publish.
"""

from __future__ import annotations

import gzip
import os
import sys
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course_lib.data.source import Source, not_installed
from course_lib.data.splits import official
from course_lib.language import Text, isolate

REQUIREMENT = "pooch>=1.8,<2"
ADDRESS = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
CHECKSUMS = {
    "train-images-idx3-ubyte.gz": "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "md5:25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "md5:bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "md5:bb300cfdad3c16e7a12a480ee83cd310",
}
CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def fashion_mnist(_: int) -> Source:
    """Return images of clothes, 28 × 28 pixels, with the published test split.

    The four files (about 30 MB) are kept in the user's cache folder, or in the folder ``fashion-mnist`` of that which
    the environment variable ``COURSE_DATA`` names.

    Raises:
        ModuleNotFoundError: if the package pooch is not installed.
        ConnectionError: if a file is not here and cannot be fetched.
        ValueError: if a file that was fetched is not the published one.
    """
    train_images, train_labels, test_images, test_labels = (_read(path) for path in _files())
    images, labels = np.concatenate([train_images, test_images]), np.concatenate([train_labels, test_labels])
    y = labels.astype(np.int64)
    return Source(
        title=Text("Fashion-MNIST, ten kinds of clothes", "Fashion-MNIST، ده نوع پوشاک"),
        task="multiclass",
        x=images.reshape(len(images), -1).astype(np.float32),
        y=y,
        split=partial(official, y, len(test_labels)),
        origin="H. Xiao, K. Rasul and R. Vollgraf (2017), Fashion-MNIST, arXiv:1708.07747 (MIT licence)",
        classes=CLASSES,
        shape=(1, *images.shape[1:]),
        standardised="together",
    )


def _files() -> list[Path]:
    """Return the four files in the order of `CHECKSUMS`, fetched where they are not here yet."""
    try:
        import pooch
    except ModuleNotFoundError as error:
        raise not_installed("fashion_mnist", REQUIREMENT) from error
    chosen = os.environ.get("COURSE_DATA")
    folder = Path(chosen or pooch.os_cache("course-lib")).expanduser() / "fashion-mnist"
    if not all((folder / name).exists() for name in CHECKSUMS):
        print(
            Text(
                en=f"Fashion-MNIST comes from {ADDRESS} (30 MB, once) to {folder}",
                fa=f"Fashion-MNIST از {isolate(ADDRESS)} (۳۰ مگابایت، فقط یک بار) "
                f"در {isolate(str(folder))} ذخیره می‌شود",
            ),
            file=sys.stderr,
        )
    return [_fetched(name, folder) for name in CHECKSUMS]


def _fetched(name: str, folder: Path) -> Path:
    import pooch

    try:
        return Path(pooch.retrieve(ADDRESS + name, CHECKSUMS[name], fname=name, path=folder))
    except OSError as error:
        every = ", ".join(CHECKSUMS)
        raise ConnectionError(
            Text(
                en=f"{name} of Fashion-MNIST is not in {folder}, and could not be fetched from {ADDRESS} "
                f"({type(error).__name__}). Load again when there is a network; or fetch the files {every} elsewhere "
                "and put them in that folder.",
                fa=f"فایل {name} از Fashion-MNIST در {isolate(str(folder))} نیست و دریافت آن از {isolate(ADDRESS)} "
                f"ممکن نشد ({type(error).__name__}). وقتی شبکه در دسترس است دوباره بارگذاری کنید؛ یا فایل‌های "
                f"{isolate(every)} را از جای دیگری بگیرید و در همان پوشه بگذارید.",
            )
        ) from error
    except ValueError as error:
        raise ValueError(
            Text(
                en=f"What came from {ADDRESS}{name} is not the published file: its checksum is not {CHECKSUMS[name]}. "
                "It was not kept. Load again; if this repeats, the network changes files on their way: use another.",
                fa=f"آنچه از {isolate(ADDRESS + name)} رسید فایل منتشرشده نیست: جمع کنترلی آن {CHECKSUMS[name]} نیست. "
                "این فایل نگه داشته نشد. دوباره بارگذاری کنید؛ اگر تکرار شد، شبکه فایل‌ها را در راه تغییر می‌دهد: "
                "از شبکهٔ دیگری استفاده کنید.",
            )
        ) from error


def _read(path: Path) -> NDArray[np.uint8]:
    """Return the array that an IDX file holds: two zeros, the type, the number of axes, the axes, the bytes."""
    content = gzip.decompress(path.read_bytes())
    axes = content[3]
    shape = np.frombuffer(content, ">u4", axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)
