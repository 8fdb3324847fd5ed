"""Outlines of plain shapes."""

import math


def outline(shape: str, x: float, y: float, r: float, turn: float) -> list:
    """Corners of a shape of radius r about (x, y), turned by so many radians."""
    def ring(n, start=0.0, radii=(1.0,)):
        return [(math.cos(start + 2 * math.pi * i / n) * radii[i % len(radii)],
                 math.sin(start + 2 * math.pi * i / n) * radii[i % len(radii)]) for i in range(n)]

    up = -math.pi / 2
    a = 0.35
    corners = {
        "circle": lambda: ring(48), "square": lambda: ring(4, math.pi / 4), "triangle": lambda: ring(3, up),
        "star": lambda: ring(10, up, (1.0, 0.42)), "rectangle": lambda: [(-1, -0.5), (1, -0.5), (1, 0.5), (-1, 0.5)],
        "diamond": lambda: [(0, -1), (0.62, 0), (0, 1), (-0.62, 0)],
        "cross": lambda: [(-a, -1), (a, -1), (a, -a), (1, -a), (1, a), (a, a), (a, 1), (-a, 1), (-a, a), (-1, a), (-1, -a), (-a, -a)],
        "heart": lambda: [(0.062 * 16 * math.sin(t) ** 3,
                           -0.062 * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)))
                          for t in (2 * math.pi * i / 48 for i in range(48))],
    }[shape]()
    c, s = math.cos(turn), math.sin(turn)
    return [(x + r * (c * px - s * py), y + r * (s * px + c * py)) for px, py in corners]
