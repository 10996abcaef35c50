# ruff: noqa: E501  # names are sentences and tables have one case a line
"""What is taken in, what becomes of it, and what is refused with which sentence."""

import io
import struct

import pytest
from PIL import Image, ImageCms

from lms.media.intake import take
from lms.media.intake.drawings import drawing
from lms.media.rules.medium import Medium
from lms.media.rules.refusal import MediaRefused
from tests.media import samples
from tests.media.samples import svg


def taken(data: bytes, *, keep_type: bool = False) -> tuple[Medium, bytes]:
    made = take(io.BytesIO(data), keep_type=keep_type)
    with made.file:
        return made.medium, made.file.read()


def refused(data: bytes) -> str:
    with pytest.raises(MediaRefused) as error:
        take(io.BytesIO(data))
    return error.value.sentence()


def shown(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("ext", ["png", "jpg", "gif"])
def test_uploaded_pictures_become_webp(ext: str) -> None:
    medium, data = taken(samples.picture(ext))
    assert (medium.ext, medium.width, medium.height, medium.kind) == ("webp", 40, 20, "image")
    assert shown(data).size == (40, 20)


@pytest.mark.parametrize("ext", ["png", "jpg", "webp"])
def test_a_clean_picture_is_stored_byte_for_byte(ext: str) -> None:
    data = samples.picture(ext)
    assert taken(data, keep_type=True)[1] == data
    webp = taken(data)[1]
    assert taken(webp)[1] == webp


@pytest.mark.parametrize("ext", ["png", "jpg", "webp"])
def test_a_picture_with_metadata_is_made_anew_upright_and_without_it(ext: str) -> None:
    data = samples.picture(ext, exif=True)
    assert b"SecretPhone" in data
    medium, clean = taken(data, keep_type=True)
    assert medium.ext == ext
    assert (medium.width, medium.height) == shown(clean).size == (20, 40)
    assert b"SecretPhone" not in clean
    assert not shown(clean).getexif()
    assert taken(clean, keep_type=True)[1] == clean


@pytest.mark.parametrize("ext", ["png", "jpg", "webp"])
def test_bytes_behind_the_end_do_not_come_along(ext: str) -> None:
    clean = samples.picture(ext)
    assert b"<script>" not in taken(clean + b"<script>alert(1)</script>", keep_type=True)[1]


def test_a_large_picture_is_made_smaller_and_small_ones_are_not_blown_up() -> None:
    medium, data = taken(samples.picture("jpg", (4000, 1000)))
    assert (medium.width, medium.height) == shown(data).size == (1600, 400)


def test_transparent_and_palette_pictures_keep_their_look() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG", pnginfo=None)
    _, data = taken(out.getvalue() + b"x")
    assert shown(data).convert("RGBA").getpixel((5, 5))[3] == 0
    assert taken(samples.picture("gif", mode="P"))[0].ext == "webp"


def test_two_pictures_of_the_same_content_have_the_same_fingerprint() -> None:
    assert taken(samples.picture())[0] == taken(samples.picture())[0]


@pytest.mark.parametrize("ext", ["gif", "webp", "png"])
def test_moving_pictures_are_refused(ext: str) -> None:
    assert "Whoever reads cannot stop a moving picture" in refused(samples.moving(ext))


def test_sounds_and_films_tell_how_long_they_play() -> None:
    assert taken(samples.wav(2.0))[0].seconds == 2.0
    assert taken(samples.mp3(100))[0].seconds == pytest.approx(2.6, abs=0.1)
    film = taken(samples.mp4(12))[0]
    assert (film.ext, film.kind, film.seconds, film.width, film.height) == ("mp4", "video", 12, 640, 360)
    assert taken(samples.mp4(7, brand=b"M4A "))[0].kind == "audio"
    told = taken(samples.webm(3.5))[0]
    assert (told.seconds, told.width, told.height) == (3.5, 320, 240)


def test_a_film_forgets_who_made_it_and_where_and_nothing_moves() -> None:
    data = samples.mp4(extra=samples.box(b"udta", samples.box(b"\xa9xyz", b"+31.2304+121.4737/")))
    medium, clean = taken(data)
    assert b"+31.2304" in data
    assert b"+31.2304" not in clean
    assert len(clean) == len(data) == medium.bytes
    assert clean.index(b"mdat") == data.index(b"mdat")
    assert taken(clean)[1] == clean


def test_captions_are_taken_as_they_are() -> None:
    medium, data = taken(samples.VTT)
    assert (medium.ext, medium.kind, data) == ("vtt", "captions", samples.VTT)


def test_a_drawing_is_kept_without_what_is_foreign_and_the_same_when_made_twice() -> None:
    once = drawing(
        svg(
            "<!-- hidden --><?php x?><metadata><x/></metadata><title>A map</title>"
            '<i:thing xmlns:i="http://inkscape.org">gone</i:thing><g i:label="x" xmlns:i="http://inkscape.org" onx="">'.replace(
                ' onx=""', ""
            )
            + '<a xlink:href="https://x.example"><text x="1" style="fill:#123">Words</text></a>'
            '<use xlink:href="#p"/><path id="p" d="M0 0h1" fill="url(#g)" data-x="1" tabindex="0"/></g>'
            "<style>.a{fill:#fff;stroke:url(#g)}</style>",
            'width="90" height="45"',
        )
    )
    data, width, height = once
    text = data.decode()
    assert (width, height) == (90, 45)
    assert "Words" in text
    assert '<use href="#p"' in text.replace("ns0:", "")
    assert all(
        word not in text
        for word in ("inkscape", "gone", "hidden", "php", "metadata", "https://x", "data-x", "tabindex")
    )
    assert drawing(data) == once


HOSTILE_DRAWINGS = {
    "a script": (svg("<script>alert(1)</script>"), "“script”"),
    "a script in another namespace": (
        svg('<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>'),
        "“script”",
    ),
    "onload": (svg("", 'onload="alert(1)"'), "“onload”"),
    "an event on a shape": (svg('<rect onclick="alert(1)"/>'), "“onclick”"),
    "HTML inside": (svg("<foreignObject><body/></foreignObject>"), "“foreignObject”"),
    "a frame": (svg('<iframe src="https://x.example"/>'), "“iframe”"),
    "a link that runs": (svg('<use xlink:href="javascript:alert(1)"/>'), "refers to “javascript:alert(1)”"),
    "a link that runs, in disguise": (svg('<use href=" java&#10;script:alert(1)"/>'), "refers to"),
    "data as link": (svg('<use href="data:image/svg+xml;base64,PHN2Zy8+#x"/>'), "refers to"),
    "another file": (svg('<use href="https://x.example/a.svg#x"/>'), "refers to “https://x.example/a.svg#x”"),
    "a picture from elsewhere": (svg('<image href="https://x.example/a.png"/>'), "“image”"),
    "an animation of a link": (svg('<set attributeName="href" to="javascript:alert(1)"/>'), "“set”"),
    "an animation": (svg('<animate attributeName="x" values="0;9"/>'), "“animate”"),
    "style that fetches": (svg("<style>@import 'https://x.example/a.css';</style>"), "“style”"),
    "style that fetches a picture": (svg('<rect style="fill:url(https://x.example/a)"/>'), "“style”"),
    "style with escapes": (svg(r'<rect style="fill:\75rl(https://x.example/a)"/>'), "“style”"),
    "a fill that fetches": (svg('<rect fill="url(//x.example/a#b)"/>'), "“fill”"),
    "an entity that grows": (
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + svg("<text>&b;</text>"),
        "defines entities",
    ),
    "an entity that reads a file": (
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + svg("<text>&a;</text>"),
        "defines entities",
    ),
    "copies of copies": (svg('<g id="a"><use href="#b"/></g><g id="b"><path/></g><use href="#a"/>'), "too many parts"),
    "too deep": (svg("<g>" * 400 + "</g>" * 400), "too many parts"),
    "too many": (svg("<path/>" * 6000), "too many parts"),
    "not closed": (b"<svg xmlns='http://www.w3.org/2000/svg'><g>", "damaged"),
    "no drawing": (b"<?xml version='1.0'?><html><svg/></html>", "damaged"),
    "too large": (svg("<desc>" + "x" * 1_100_000 + "</desc>"), "1 MB at most"),
}


@pytest.mark.parametrize("name", HOSTILE_DRAWINGS)
def test_a_drawing_that_could_act_is_refused_and_says_what(name: str) -> None:
    data, words = HOSTILE_DRAWINGS[name]
    assert words in refused(data)


HOSTILE_FILES = {
    "nothing": (b"", "The file is empty."),
    "a web page": (b"<!doctype html><html><script>alert(1)</script></html>", "This is no picture"),
    "a page that begins like a drawing": (b"<!-- <svg --><html><script>alert(1)</script></html>", "damaged"),
    "a program": (b"MZ\x90\x00" + bytes(200), "This is no picture"),
    "a document": (b"%PDF-1.7\n" + bytes(200), "looks like: Adobe Portable Document"),
    "an archive": (b"PK\x03\x04" + bytes(200), "This is no picture"),
    "a script": (b"alert(1)//", "This is no picture"),
    "a picture bomb": (samples.bomb(), "60000 × 60000 pixels"),
    "half a picture": (samples.picture("png", (400, 400))[:60], "damaged"),
    "a picture cut off": (samples.picture("jpg", (400, 400))[:-100], "damaged"),
    "a picture without size": (samples.bomb(0, 5), "damaged"),
    "noise with the head of a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "damaged"),
    "noise with the head of a photograph": (b"\xff\xd8\xff" + bytes(range(256)) * 4, "damaged"),
    "a web picture without end": (b"RIFF\xff\xff\xff\x7fWEBPVP8 " + bytes(64), "damaged"),
    "a web picture without a picture": (
        b"RIFF" + struct.pack("<I", 16) + b"WEBPABCD" + struct.pack("<I", 4) + b"none",
        "damaged",
    ),
    "a web picture that is cut off": (b"RIFF" + struct.pack("<I", 12) + b"WEBPVP8X" + struct.pack("<I", 0), "damaged"),
    "a GIF that is a script": (b"GIF89a/*" + bytes(8) + b"*/=alert(1)//", "damaged"),
    "a photograph of a telephone": (bytes(4) + b"ftypheic" + bytes(64), "HEIC"),
    "a film of QuickTime": (bytes(4) + b"ftypqt  " + bytes(64), "MP4"),
    "a Matroska film": (b"\x1a\x45\xdf\xa3" + bytes(64), "Matroska"),
    "a film without head": (samples.box(b"ftyp", b"isom" + bytes(8)), "damaged"),
    "a film whose boxes lie": (samples.box(b"ftyp", b"isom" + bytes(8)) + b"\xff\xff\xff\xffmoov", "damaged"),
    "a sound without sound": (b"RIFF" + bytes(4) + b"WAVE" + bytes(40), "damaged"),
    "a sound of tags": (b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + bytes(100), "damaged"),
    "an Ogg film": (b"OggS" + bytes(24) + b"\x80theora" + bytes(60), "Ogg"),
    "captions without a cue": (b"WEBVTT\n\nHello\n", "no words with a time"),
    "captions with a bad time": (b"WEBVTT\n\n0:0 --> 1\nHello\n", "Line 3"),
    "captions of another kind": (b"1\n00:00:00,000 --> 00:00:02,000\nHello\n", "WebVTT"),
    "captions that are no text": (b"WEBVTT\n\n\xff\xfe", "UTF-8"),
    "captions with NUL": (b"WEBVTT\n\n00:00.000 --> 00:02.000\na\0b\n", "Line 4"),
    "a picture of too many bytes": (b"\x89PNG\r\n\x1a\n" + bytes(10 * 1024 * 1024), "10 MB is the most"),
    "a sound of too many bytes": (samples.mp3(1) + bytes(30 * 1024 * 1024), "30 MB is the most"),
}


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_a_file_that_is_not_what_it_should_be_is_refused_and_says_why(name: str) -> None:
    data, words = HOSTILE_FILES[name]
    assert words in refused(data)


def test_a_picture_that_is_a_script_too_loses_the_script() -> None:
    image = samples.picture("gif")
    both = image[:-1] + b"!\xfe\x0f*/=alert(1)//;\x00;"
    assert b"alert(1)" in both
    assert b"alert(1)" not in taken(both)[1]


def test_a_picture_of_a_wide_colour_space_is_brought_to_that_of_the_web() -> None:
    out = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (9, 9), "red").save(out, "PNG", icc_profile=profile)
    assert b"iCCP" in out.getvalue()
    data = taken(out.getvalue(), keep_type=True)[1]
    assert b"iCCP" not in data
    assert shown(data).getpixel((4, 4)) == (254, 0, 0) or shown(data).getpixel((4, 4)) == (255, 0, 0)
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(out, "PNG", icc_profile=b"no profile at all" * 20)
    assert taken(out.getvalue(), keep_type=True)[0].ext == "png"


def test_a_drawn_picture_that_stays_large_is_kept_with_small_losses() -> None:
    noise = Image.effect_noise((800, 800), 90).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "PNG")
    medium, data = taken(out.getvalue())
    assert medium.ext == "webp"
    assert len(data) < len(out.getvalue()) / 2


def test_a_photograph_without_losses_tells_its_size_too() -> None:
    for options in ({"lossless": True}, {"quality": 50}):
        out = io.BytesIO()
        Image.new("RGB", (33, 21), "red").save(out, "WEBP", **options)
        assert taken(out.getvalue())[1] == out.getvalue()


def test_bytes_that_fill_a_photograph_are_passed_over() -> None:
    data = samples.picture("jpg")
    place = data.index(b"\xff\xdb")
    assert taken(data[:place] + b"\xff\xff" + data[place:], keep_type=True)[0].width == 40
    assert taken(data[:-2] + b"\xff" + data[-2:], keep_type=True)[0].width == 40


def test_words_behind_a_part_that_is_dropped_stay() -> None:
    data, _, _ = drawing(svg("<text>a<metadata/>b<tspan>c</tspan><metadata/>d</text>"))
    assert b">ab<tspan" in data
    assert b"</tspan>d<" in data


def test_a_drawing_without_size_has_none() -> None:
    assert drawing(b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>')[1:] == (None, None)
