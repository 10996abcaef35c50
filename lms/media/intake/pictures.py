"""Makes pictures anew: upright, bounded in size, without anything that a camera or a program wrote beside them."""

import io
import warnings

from PIL import Image, ImageCms, ImageOps

from lms.media.rules.pictures import BROKEN, MOST_PIXELS, MOVING, Picture, fitted, inside
from lms.media.rules.refusal import MediaRefused

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "gif": "GIF"}
LARGE_LOSSLESS = 300_000  # bytes from which a drawn picture is kept with small losses
QUALITY = 84


def picture(data: bytes, ext: str, *, keep_type: bool) -> tuple[bytes, str, int, int]:
    """Return the clean picture, its type, width and height; raise MediaRefused.

    Pictures become WebP, or with `keep_type` what they were; then a clean one of fitting size stays byte for byte.
    """
    told = inside(data, ext)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata, which goes anyway
            return _made(data, ext, told, keep_type=keep_type)
    except MediaRefused:
        raise
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        raise MediaRefused(BROKEN) from None  # whatever Pillow's decoders say of damaged data


def _made(data: bytes, ext: str, told: Picture, *, keep_type: bool) -> tuple[bytes, str, int, int]:
    with Image.open(io.BytesIO(data), formats=[FORMATS[ext]]) as opened:
        if getattr(opened, "n_frames", 1) > 1:
            raise MediaRefused(MOVING)
        opened.load()
        size = fitted(*opened.size)
        if told.clean and size == opened.size and (keep_type or ext == "webp"):
            return data, ext, *size
        shown = _plain(ImageOps.exif_transpose(opened))
    size = fitted(*shown.size)
    if size != shown.size:
        shown = shown.resize(size, Image.Resampling.LANCZOS)
    made = ext if keep_type and ext != "gif" else "webp"
    return _written(shown, made, drawn=ext in ("png", "gif")), made, *shown.size


def _plain(image: Image.Image) -> Image.Image:
    """Return the pixels alone, in the colours of the web."""
    profile = image.info.get("icc_profile")
    alpha = "A" in image.getbands() or "transparency" in image.info
    plain = image.convert("RGBA" if alpha else "RGB")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(plain, source, ImageCms.createProfile("sRGB"))
            plain = converted or plain
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that does not fit its picture: the colours are a little off, that is all
    plain.info = {}
    return plain


def _written(image: Image.Image, ext: str, *, drawn: bool) -> bytes:
    out = io.BytesIO()
    if ext == "png":
        image.save(out, "PNG", optimize=True)
    elif ext == "jpg":
        image.convert("RGB").save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    else:
        image.save(out, "WEBP", lossless=drawn, quality=QUALITY, method=4)
        if drawn and out.tell() > LARGE_LOSSLESS:
            out = io.BytesIO()
            image.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()
