#!/usr/bin/env python3
"""Writes world.c, the shapes of the world's countries for map.c.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    pip install pycountry
    publisher/charts/world.py package > publisher/charts/world.c

The shapes are those of Natural Earth (https://www.naturalearthdata.com), which are in the public domain,
as the npm package world-atlas packs them (ISC). Addresses are counted by ISO 3166 codes, so each shape has
one: Crimea is drawn with UA, as that standard lists it, and unrecognized states with the country they left.

The projection is Equal Earth (Šavrič, Patterson, Jenny 2018), since a map that shades areas should keep them.

SPDX-License-Identifier: MIT
"""

import json
import math
import pathlib
import sys

import pycountry

WIDTH, UNIT, MARGIN = 1200, 16, 8  # as in canvas.h
MIDDLE = 11  # degrees: the map's edge then lies in the Bering Strait and cuts no country
SOUTH, NORTH = -56, 83.7
TOLERANCE = 0.5  # pixels that a simplified line may be off
AREA_MIN = 6  # square pixels of an island that is drawn
DOT_AREA = 40  # square pixels of a country that is drawn as a dot instead
NO_CODE = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
NOT_DRAWN = {"Antarctica"}
CRIMEA = (32, 44, 37, 47)  # west, south, east, north


def project(longitude, latitude):
    longitude = math.radians(longitude)
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(min(NORTH, max(SOUTH, latitude)))))
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t2, t6 = theta**2, theta**6
    x = 2 * math.sqrt(3) * longitude * math.cos(theta) / (3 * (9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1))
    return x, -theta * (a4 * t6 * t2 + a3 * t6 + a2 * t2 + a1)


# The map begins with Hawaii and ends with Fiji, seen from its middle.
LEFT, RIGHT, TOP = project(-172, 20)[0], project(168, -17)[0], project(0, NORTH)[1]
SCALE = (WIDTH - 2 * MARGIN) / (RIGHT - LEFT)


def to_pixels(longitude, latitude):
    x, y = project(longitude, latitude)
    return (x - LEFT) * SCALE + MARGIN, (y - TOP) * SCALE + MARGIN


def area(ring):
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def simplify(line):
    """Douglas and Peucker's way. Shared borders are simplified once, so they stay shared."""
    if len(line) < 3:
        return line
    (x1, y1), (x2, y2) = line[0], line[-1]
    length = math.hypot(x2 - x1, y2 - y1)

    def off(point):
        x, y = point
        return abs((y2 - y1) * (x - x1) - (x2 - x1) * (y - y1)) / length if length else math.hypot(x - x1, y - y1)
    worst = max(range(1, len(line) - 1), key=lambda i: off(line[i]))
    if off(line[worst]) <= TOLERANCE:
        return [line[0], line[-1]]
    return simplify(line[: worst + 1])[:-1] + simplify(line[worst:])


def unwrap(line, before=None):
    """Longitudes from the middle of the map on, without a jump at its edge."""
    out = []
    for longitude, latitude in line:
        longitude -= MIDDLE
        last = out[-1][0] if out else before
        if last is None:
            longitude += 360 if longitude < -180 else 0
        else:
            longitude += round((last - longitude) / 360) * 360
        out.append((longitude, latitude))
    return out


def read(path):
    """(code, name, polygons as rings of degrees) of each country, with arcs simplified as they are in pixels."""
    world = json.loads(path.read_text())
    (sx, sy), (ox, oy) = world["transform"]["scale"], world["transform"]["translate"]
    arcs = []
    for arc in world["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + ox, y * sy + oy))
        arcs.append(line)
    kept = [keep(arc) for arc in arcs]
    for country in world["objects"]["countries"]["geometries"]:
        name = country["properties"]["name"]
        code = NO_CODE.get(name) or code_of(country.get("id"))
        if name in NOT_DRAWN or code is None:
            continue
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        yield code, [outline(polygon[0], kept) for polygon in polygons]


def code_of(number):
    country = pycountry.countries.get(numeric=number) if number else None
    return country.alpha_2 if country else None


def keep(arc):
    pixels = [to_pixels(*p) for p in unwrap(arc)]
    left = simplify(pixels)
    return [arc[i] for i in sorted({pixels.index(p) for p in left})] if len(arc) > 2 and arc[0] != arc[-1] else closed(arc, pixels)


def closed(arc, pixels):
    """A closed ring is simplified in two halves."""
    if len(arc) < 4:
        return arc
    half = len(arc) // 2
    left = simplify(pixels[: half + 1])[:-1] + simplify(pixels[half:])
    return [arc[pixels.index(p)] for p in left[:-1]] + [arc[-1]]


def outline(ring, arcs):
    degrees = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        degrees += arc[1:] if degrees else arc
    return degrees[:-1]


def shape(degrees):
    points = []
    for p in unwrap(degrees):
        x, y = to_pixels(*p)
        rounded = (round(x * UNIT), round(y * UNIT))
        if not points or points[-1] != rounded:
            points.append(rounded)
    return points


def is_crimea(degrees):
    west, south, east, north = CRIMEA
    return all(west < x < east and south < y < north for x, y in degrees)


def main():
    package = pathlib.Path(sys.argv[1])
    rings, size = [], {}
    for code, polygons in read(package / "countries-110m.json"):
        for degrees in polygons:
            owner = "UA" if code == "RU" and is_crimea(degrees) else code
            points = shape(degrees)
            pixels = area(points) / UNIT**2
            size[owner] = size.get(owner, 0) + pixels
            if pixels >= AREA_MIN:
                rings.append((pixels, owner, points))
    rings.sort(key=lambda r: (-r[0], r[1]))  # a country inside another one is drawn over it
    dots = {}
    for code, polygons in read(package / "countries-50m.json"):
        biggest = max(map(shape, polygons), key=area)
        if size.get(code, 0) < DOT_AREA and code not in dots:
            dots[code] = tuple(round(sum(p[i] for p in biggest) / len(biggest)) for i in (0, 1))
    height = math.ceil(to_pixels(0, SOUTH)[1] + MARGIN)
    write(rings, sorted(dots.items()), height)


def write(rings, dots, height):
    print(f"""/*
 * world.c - see world.h. Written by world.py; change that.
 *
 * From Natural Earth 1:110m and, for the dots, 1:50m (public domain, https://www.naturalearthdata.com).
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/charts/world.h"

/* clang-format off */
const int world_height = {height};

#define RING(code, ...) \\
	{{ code, (const struct point[]){{ __VA_ARGS__ }}, \\
	    sizeof((const struct point[]){{ __VA_ARGS__ }}) / sizeof(struct point) }}

const struct world_ring world_rings[] = {{""")
    for _pixels, code, points in rings:
        print(f'\tRING("{code}", {", ".join(f"{{{x},{y}}}" for x, y in points)}),')
    print("""	{ .points = NULL },
};

const struct world_dot world_dots[] = {""")
    for code, (x, y) in dots:
        print(f'\t{{ "{code}", {{ {x}, {y} }} }},')
    print("""	{ .code = "" },
};
/* clang-format on */""")


main()
