"""From a picture to the eye's pixels: the overview, the tiles, and where their slots stand in the prompt.

The serving side repeats this arithmetic bit for bit (Pillow's bicubic resampling, half-even rounding).
"""

import numpy as np
from PIL import Image

from .eye import MEAN, STD
from .eye import TILE as SIZE

MAX_TILES = 16
AUTO_TILES_ABOVE = 1536
GROUND = tuple(round(m * 255) for m in MEAN)


def overview(picture: Image.Image) -> Image.Image:
    """The whole picture letterboxed into SIZE × SIZE."""
    w, h = picture.size
    s = min(SIZE / w, SIZE / h)
    small = picture.resize((max(1, round(w * s)), max(1, round(h * s))), Image.BICUBIC)
    canvas = Image.new("RGB", (SIZE, SIZE), GROUND)
    canvas.paste(small, ((SIZE - small.width) // 2, (SIZE - small.height) // 2))
    return canvas


def grid(width: int, height: int) -> tuple[int, int]:
    """(columns, rows) of the grid that shrinks the picture least, then of the fewest tiles, then of the least distortion."""
    best, best_score = None, None
    for columns in range(1, MAX_TILES + 1):
        for rows in range(1, MAX_TILES // columns + 1):
            kept = min(1.0, columns * SIZE / width, rows * SIZE / height)
            across, down = columns * height, rows * width
            score = (-kept, columns * rows, max(across, down) / min(across, down))
            if best is None or score < best_score:
                best, best_score = (columns, rows), score
    return best


def tiles(picture: Image.Image, columns: int, rows: int) -> list[Image.Image]:
    """The whole picture stretched onto the grid and cut, in reading order."""
    whole = picture.resize((columns * SIZE, rows * SIZE), Image.BICUBIC)
    return [whole.crop((c * SIZE, r * SIZE, (c + 1) * SIZE, (r + 1) * SIZE)) for r in range(rows) for c in range(columns)]


def wants_tiles(picture: Image.Image, detail: str) -> bool:
    """A picture no larger than a tile has nothing that only tiles could show."""
    return max(picture.size) > SIZE and (detail == "high" or (detail == "auto" and max(picture.size) > AUTO_TILES_ABOVE))


def slots(picture: Image.Image, detail: str = "low") -> tuple[list[Image.Image], tuple[int, int] | None]:
    """Everything the eye looks at, overview first, and the tiles' grid where there is one."""
    if not wants_tiles(picture, detail):
        return [overview(picture)], None
    columns, rows = grid(*picture.size)
    return [overview(picture), *tiles(picture, columns, rows)], (columns, rows)


def layout(columns_rows: tuple[int, int] | None) -> list[str | int]:
    """Slots' numbers and the text between them: overview, "\\n" and the tiles of each row, "\\n" at the end."""
    parts: list[str | int] = [0]
    if columns_rows:
        columns, rows = columns_rows
        for row in range(rows):
            parts += ["\n", *range(1 + row * columns, 1 + (row + 1) * columns)]
    return [*parts, "\n"]


def normalised(images: list[Image.Image]) -> np.ndarray:
    """float32 [tile, 3, SIZE, SIZE]."""
    pixels = np.stack([np.asarray(i, dtype=np.float32) for i in images])
    scaled = (pixels * np.float32(1 / 255) - np.float32(MEAN)) / np.float32(STD)
    return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2).astype(np.float32))
