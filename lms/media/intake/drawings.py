"""Makes SVG drawings safe: what is harmless is kept, what is foreign is dropped, what could act is refused."""

import re
from xml.etree import ElementTree as ET

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lms.media.rules.refusal import N_, MediaRefused

SVG, XLINK, XHTML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/1999/xhtml"
LARGEST = 1024 * 1024
WIDEST = 100_000  # pixels
MOST_ELEMENTS, DEEPEST, MOST_USES = 5_000, 60, 200
ELEMENTS = frozenset(
    {"svg", "g", "defs", "symbol", "use", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline"}
    | {"polygon", "text", "tspan", "textPath", "linearGradient", "radialGradient", "stop", "clipPath", "mask"}
    | {"pattern", "marker", "style", "filter", "feGaussianBlur", "feOffset", "feMerge", "feMergeNode", "feFlood"}
    | {"feColorMatrix", "feComposite", "feBlend", "feDropShadow"}
)
DROPPED = frozenset({"metadata"})
# Presentation and geometry (SVG 1.1, appendix M); attributes that are not named here are dropped.
NAMES = (
    "alignment-baseline amplitude baseline-shift class clip-path clip-rule clipPathUnits color "
    "color-interpolation-filters cx cy d direction display dominant-baseline dx dy edgeMode exponent fill "
    "fill-opacity fill-rule filter filterUnits flood-color flood-opacity font-family font-size font-style "
    "font-variant font-weight fr fx fy gradientTransform gradientUnits height href id in in2 intercept k1 k2 k3 "
    "k4 lang lengthAdjust letter-spacing marker-end marker-mid marker-start markerHeight markerUnits markerWidth "
    "mask maskContentUnits maskUnits mode offset opacity operator order orient overflow paint-order pathLength "
    "patternContentUnits patternTransform patternUnits points preserveAspectRatio primitiveUnits r radius refX "
    "refY result rotate rx ry shape-rendering slope spreadMethod startOffset stdDeviation stop-color stop-opacity "
    "stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity "
    "stroke-width style tableValues text-anchor text-decoration text-rendering textLength transform "
    "transform-origin type values vector-effect version viewBox visibility width word-spacing writing-mode x x1 "
    "x2 xChannelSelector y y1 y2 yChannelSelector z"
)
ATTRIBUTES = frozenset(NAMES.split())
OWN_URL = re.compile(r"url\(\s*(['\"]?)#[\w.:-]+\1\s*\)", re.IGNORECASE)
# Escapes and at-rules of CSS, addresses, and what old browsers ran.
ACTIVE = re.compile(
    r"url\s*\(|\\|@|javascript:|vbscript:|data:|expression\s*\(|-moz-binding|behaviou?r\s*:", re.IGNORECASE
)
OWN_REFERENCE = re.compile(r"#[\w.:-]+\Z")
LENGTH = re.compile(r"\s*(\d{1,5}(?:\.\d+)?)(?:px)?\s*\Z")
EVENT = re.compile(r"on\w+\Z", re.IGNORECASE)


def drawing(data: bytes) -> tuple[bytes, int | None, int | None]:
    """Return the safe drawing, its width and height in pixels; raise MediaRefused. Made twice, it stays the same."""
    if len(data) > LARGEST:
        raise MediaRefused(N_("A drawing may have %(most)s MB at most; save it as PNG."), most=LARGEST // (1024 * 1024))
    root = _parsed(data)
    if root.tag != f"{{{SVG}}}svg":
        raise MediaRefused(N_("The drawing is damaged: it is no SVG that can be read."))
    _bounded(root)
    _clean(root)
    _no_nested_uses(root)
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="utf-8"), *_size(root)


def _parsed(data: bytes) -> ET.Element:
    try:
        root: ET.Element = fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise MediaRefused(
            N_("The drawing defines entities or asks for other files; save it again as “plain SVG”.")
        ) from None
    except (ET.ParseError, ValueError, LookupError):
        raise MediaRefused(N_("The drawing is damaged: it is no SVG that can be read.")) from None
    return root


def _bounded(root: ET.Element) -> None:
    """Refuse what is too large to draw, without recursion."""
    waiting, count = [(root, 1)], 0
    while waiting:
        element, depth = waiting.pop()
        count += 1
        if count > MOST_ELEMENTS or depth > DEEPEST:
            raise MediaRefused(N_("The drawing has too many parts to be drawn quickly; save it as PNG."))
        waiting += [(child, depth + 1) for child in element]


def _clean(element: ET.Element) -> None:
    for child in list(element):
        namespace, _, name = str(child.tag).rpartition("}")
        if namespace not in ("{" + SVG, "{" + XHTML, "") or name in DROPPED:
            _drop(element, child)
            continue
        if name == "a" and namespace == "{" + SVG:
            child.tag, child.attrib = f"{{{SVG}}}g", {}
        elif name not in ELEMENTS or namespace != "{" + SVG:
            raise MediaRefused(
                N_("The drawing holds “%(name)s”, which could act on its own. Save it as “plain SVG” or as PNG."),
                name=name[:40],
            )
        _clean(child)
    if element.tag == f"{{{SVG}}}style":
        _harmless("style", element.text or "")
    element.attrib = _attributes(element)


def _drop(parent: ET.Element, child: ET.Element) -> None:
    """Remove `child`; the text behind it belongs to the parent."""
    place = list(parent).index(child)
    if child.tail and place:
        parent[place - 1].tail = (parent[place - 1].tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _attributes(element: ET.Element) -> dict[str, str]:
    kept = {}
    for full, value in element.attrib.items():
        name = "href" if full == f"{{{XLINK}}}href" else full
        if EVENT.match(name):
            raise MediaRefused(
                N_("The drawing holds “%(name)s”, which could act on its own. Save it as “plain SVG” or as PNG."),
                name=name[:40],
            )
        if name == "href" and not OWN_REFERENCE.match(value.strip()):
            raise MediaRefused(N_("The drawing refers to “%(where)s”; it must be whole in itself."), where=value[:80])
        if name in ATTRIBUTES:
            _harmless(name, value)
            kept[name] = value
    return kept


def _harmless(name: str, value: str) -> None:
    if ACTIVE.search(OWN_URL.sub("", value)):
        raise MediaRefused(
            N_("The drawing's “%(name)s” could fetch or run something. Save it as “plain SVG” or as PNG."), name=name
        )


def _no_nested_uses(root: ET.Element) -> None:
    """Refuse copies of copies: a dozen of them would draw for hours."""
    uses = list(root.iter(f"{{{SVG}}}use"))
    copied = {element.get("href", "").strip()[1:] for element in uses}
    nested = any(
        element.get("id") in copied and next(element.iter(f"{{{SVG}}}use"), None) is not None
        for element in root.iter()
        if element.get("id")
    )
    if nested or len(uses) > MOST_USES:
        raise MediaRefused(N_("The drawing has too many parts to be drawn quickly; save it as PNG."))


def _size(root: ET.Element) -> tuple[int | None, int | None]:
    width, height = (LENGTH.match(root.get(name, "")) for name in ("width", "height"))
    if width and height:
        found = float(width.group(1)), float(height.group(1))
    else:
        box = re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox", ""))
        found = (float(box[2]), float(box[3])) if len(box) == 4 else (0, 0)  # noqa: PLR2004  # x, y, width, height
    width_px, height_px = (round(value) for value in found)
    return (width_px, height_px) if 0 < width_px < WIDEST and 0 < height_px < WIDEST else (None, None)
