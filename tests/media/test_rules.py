# ruff: noqa: E501  # tables have one case a line
"""Types, names, ranges, links, and how media stand in a lesson."""

import io

import pytest

from lms.media.rules import film, links, names, ranges, tags, types
from lms.media.rules.medium import Album, Medium
from lms.media.rules.pictures import fitted
from lms.media.rules.refusal import MediaRefused
from tests.media import samples

ETAG = '"abc"'


@pytest.mark.parametrize(
    ("asked", "if_range", "told"),
    [
        (None, None, (0, 1000, True)),
        ("bytes=0-499", None, (0, 500, False)),
        ("bytes=500-999", None, (500, 500, False)),
        ("bytes=500-", None, (500, 500, False)),
        ("bytes=-200", None, (800, 200, False)),
        ("bytes=-5000", None, (0, 1000, False)),
        ("bytes=0-0", None, (0, 1, False)),
        ("bytes=990-9999", None, (990, 10, False)),
        (" Bytes = 0 - 9 ", None, (0, 10, False)),
        ("bytes=1000-", None, None),
        ("bytes=-0", None, None),
        ("bytes=5-2", None, (0, 1000, True)),
        ("bytes=-", None, (0, 1000, True)),
        ("bytes=0-1,5-6", None, (0, 1000, True)),
        ("bytes=a-b", None, (0, 1000, True)),
        ("bytes=--1", None, (0, 1000, True)),
        ("items=0-5", None, (0, 1000, True)),
        ("bytes=" + "9" * 4000 + "-", None, (0, 1000, True)),
        ("bytes=" + "9" * 60 + "-", None, None),
        ("bytes=0-9", ETAG, (0, 10, False)),
        ("bytes=0-9", '"other"', (0, 1000, True)),
        ("bytes=0-9", "Tue, 17 Mar 2026 02:30:00 GMT", (0, 1000, True)),
        ("bytes=0-9", 'W/"abc"', (0, 1000, True)),
    ],
)
def test_the_part_that_is_asked_for_is_sent(
    asked: str | None, if_range: str | None, told: tuple[int, int, bool] | None
) -> None:
    found = ranges.part(asked, 1000, if_range=if_range, etag=ETAG)
    assert (found and (found.start, found.length, found.whole)) == told


def test_a_part_says_where_it_stands() -> None:
    found = ranges.part("bytes=-200", 1000)
    assert found is not None
    assert found.header == "bytes 800-999/1000"
    assert ranges.part("bytes=0-", 0) is None


KEY = "a" * 64 + ".webp"


def test_a_link_opens_its_file_until_it_ends_and_stays_the_same_for_a_while() -> None:
    token = links.token(b"secret", KEY, now=links.TURN * 10 + 5.5)
    assert links.token(b"secret", KEY, now=links.TURN * 11 - 1) == token
    assert links.token(b"secret", KEY, now=links.TURN * 11) != token
    assert links.opened(b"secret", token, now=links.TURN * 10 + 5) == (KEY, links.LIFE - 5)
    assert links.opened(b"secret", token, now=links.TURN * 10 + links.LIFE) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace("a" * 64, "b" * 64),
        lambda t: "f" + t[1:],
        lambda t: t.replace(".webp", ".svg"),
        lambda t: t + "\n",
        lambda t: t + "/../../secret.key",
        lambda t: t[:0],
        lambda t: t * 100,
        lambda t: t.upper(),
        lambda t: t[:9] + "0" * 32 + t[41:],
    ],
)
def test_a_link_that_was_changed_opens_nothing(change) -> None:  # type: ignore[no-untyped-def]  # a lambda each
    token = links.token(b"secret", KEY, now=0)
    assert links.opened(b"secret", token, now=0) is not None
    assert links.opened(b"secret", change(token), now=0) is None
    assert links.opened(b"other", token, now=0) is None


@pytest.mark.parametrize(
    ("original", "name"),
    [
        ("Photo.JPG", "photo.webp"),
        ("my holiday photo (2).png", "my-holiday-photo-2.webp"),
        ("夜里来电 图1.png", "夜里来电-图1.webp"),
        ("C:\\Users\\Li\\shot.png", "shot.webp"),
        ("../../etc/passwd", "passwd.webp"),
        ("..", "picture.webp"),
        ("", "picture.webp"),
        ("💡.png", "picture.webp"),
        ("CON.png", "picture.webp"),
        ("a\0b.png", "a-b.webp"),
        ("<script>.svg", "script.webp"),
        ("x" * 300 + ".png", "x" * 66 + ".webp"),
        ("ＡＢＣ.png", "abc.webp"),
        ("taken.png", "taken-2.webp"),
    ],
)
def test_names_are_cleaned_and_never_taken_twice(original: str, name: str) -> None:
    made = names.name_for(original, "webp", "image", {"taken.webp"})
    assert made == name
    assert names.is_name(made)


def test_captions_keep_their_language_and_are_found_beside_their_film() -> None:
    assert names.name_for("My Film.zh.vtt", "vtt", "captions") == "my-film.zh.vtt"
    assert names.name_for("My Film.vtt", "vtt", "captions") == "my-film.vtt"
    both = {"a.mp4", "a.zh.vtt", "a.en.vtt", "b.vtt"}
    assert names.captions_of("a.mp4", both) == [("zh", "a.zh.vtt"), ("en", "a.en.vtt")]
    assert names.captions_of("b.mp4", both) == [("", "b.vtt")]
    assert names.captions_of("c.mp4", both) == []


@pytest.mark.parametrize(
    "name",
    [
        "../a.png",
        "a/b.png",
        ".a.png",
        "a..png",
        "a.png\n",
        "a\0.png",
        "nul.png",
        "a b.png",
        "a",
        "x" * 90 + ".png",
        "a.PNG",
        "e\u0301.png",
    ],
)
def test_names_that_could_do_harm_are_none(name: str) -> None:
    assert not names.is_name(name)


@pytest.mark.parametrize(
    ("name", "ext"), [("a.JPEG", "jpg"), ("a.svg", "svg"), ("a.exe", ""), ("a", ""), ("a.oga", "ogg"), ("a.m4v", "mp4")]
)
def test_a_name_claims_a_type(name: str, ext: str) -> None:
    assert types.extension(name) == ext


@pytest.mark.parametrize(
    ("data", "ext"),
    [
        (samples.picture("png"), "png"),
        (samples.picture("jpg"), "jpg"),
        (samples.picture("webp"), "webp"),
        (samples.picture("gif"), "gif"),
        (samples.SVG, "svg"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x -->" + samples.SVG, "svg"),
        (samples.mp3(), "mp3"),
        (b"ID3\x04" + bytes(20), "mp3"),
        (samples.wav(), "wav"),
        (b"OggS" + bytes(24) + b"OpusHead", "ogg"),
        (samples.mp4(), "mp4"),
        (samples.mp4(brand=b"M4A "), "m4a"),
        (samples.webm(), "webm"),
        (samples.VTT, "vtt"),
        (b"\xef\xbb\xbf" + samples.VTT, "vtt"),
    ],
)
def test_the_type_is_told_by_the_content(data: bytes, ext: str) -> None:
    assert types.type_of(data[: types.HEAD]).ext == ext


@pytest.mark.parametrize(
    "data", [b"\xff\xff\xff\xff", b"\xff\xfd\x90\x00", b"RIFFxxxxAVI ", b"WEBVTTX", b"<html>", b"\x00" * 20]
)
def test_what_only_looks_alike_has_no_type(data: bytes) -> None:
    with pytest.raises(MediaRefused):
        types.type_of(data)


def test_pictures_fit_into_the_largest_place() -> None:
    assert fitted(1600, 10) == (1600, 10)
    assert fitted(3200, 1600) == (1600, 800)
    assert fitted(10, 100_000) == (1, 1600)


def test_a_film_that_lies_says_nothing() -> None:
    def told(data: bytes, reader: object = film.mp4) -> film.Film:
        return reader(io.BytesIO(data), len(data))  # type: ignore[operator,no-any-return]  # one of two functions

    assert told(b"") == film.Film()
    assert told(samples.box(b"moov", samples.box(b"mvhd", b"\0"))) == film.Film()
    assert told(samples.box(b"moov", samples.box(b"mvhd", bytes(100)))) == film.Film()
    assert told(b"\0\0\0\1moov" + (2**63).to_bytes(8, "big")) == film.Film()
    assert told(b"\0\0\0\0moov" + samples.box(b"mvhd", bytes(12) + b"\0\0\0\1\0\0\0\5" + bytes(80))) == film.Film(5.0)
    long = b"\x01" + bytes(19) + (1000).to_bytes(4, "big") + (2500).to_bytes(8, "big")
    assert told(samples.box(b"moov", samples.box(b"mvhd", long))).seconds == 2.5
    wide = b"\x01" + bytes(87) + (64 << 16).to_bytes(4, "big") + (32 << 16).to_bytes(4, "big")
    sized = told(samples.box(b"moov", samples.box(b"trak", samples.box(b"tkhd", wide))))
    assert (sized.width, sized.height) == (64, 32)
    cut = samples.box(b"moov", samples.box(b"trak", samples.box(b"tkhd", b"\x01" + bytes(86))))
    assert told(cut) == film.Film()
    assert told(b"\x00" * 40, film.webm) == film.Film()
    assert told(b"", film.webm) == film.Film()
    assert (
        told(samples.element(0x18538067, samples.element(0x1549A966, samples.element(0x4489, b"\0\0\0"))), film.webm)
        == film.Film()
    )
    assert (
        told(
            samples.element(0x18538067, samples.element(0x1549A966, samples.element(0x4489, b"\x45\x1c\x40\x00"))),
            film.webm,
        ).seconds
        == 2.5
    )
    assert (
        told(b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + samples.element(0xEC, b"x"), film.webm)
        == film.Film()
    )


SHA = "0" * 64
PNG = Medium(SHA, "png", 10, 40, 20)
ALBUM = Album(
    "/lessons/7/media/",
    {
        "a.png": PNG,
        "图.png": PNG,
        "bare.svg": Medium(SHA, "svg", 10),
        "call.mp3": Medium(SHA, "mp3", 10, seconds=80.4),
        "film.mp4": Medium(SHA, "mp4", 10, 640, 360, 12.0),
        "film.zh.vtt": Medium(SHA, "vtt", 10),
        "film.en.vtt": Medium(SHA, "vtt", 10),
        "mute.webm": Medium(SHA, "webm", 10),
        "mute.vtt": Medium(SHA, "vtt", 10),
    },
)
AUDIO = '<figure class="player audio"><audio controls preload="none" src="/lessons/7/media/call.mp3" aria-label="The call"></audio><figcaption>The call · 1:20</figcaption></figure>'


@pytest.mark.parametrize(
    ("html", "made"),
    [
        (
            '<p>See <img src="media/a.png" alt="A &quot;map&quot;"></p>',
            '<p>See <img src="/lessons/7/media/a.png" alt="A &quot;map&quot;" width="40" height="20" loading="lazy" decoding="async"></p>',
        ),
        (
            '<img src="./media/bare.svg" alt="x" title="T">',
            '<img src="/lessons/7/media/bare.svg" alt="x" title="T" loading="lazy" decoding="async">',
        ),
        (
            '<img src="media/%E5%9B%BE.png" alt="图">',
            '<img src="/lessons/7/media/%E5%9B%BE.png" alt="图" width="40" height="20" loading="lazy" decoding="async">',
        ),
        ('<img src="media/none.png" alt="A &lt;b&gt;">', '<span class="quiet-text">A &lt;b&gt;</span>'),
        ('<img src="media/call.mp3" alt="x">', '<span class="quiet-text">x</span>'),
        ('<img src="https://x.example/a.png" alt="x">', '<img src="https://x.example/a.png" alt="x">'),
        ('<img src="media/../a.png" alt="x">', '<img src="media/../a.png" alt="x">'),
        ('<p><a href="media/call.mp3" rel="noopener noreferrer">The <em>call</em></a></p>', AUDIO),
        ('<p><img src="media/call.mp3" alt="The call"></p>', AUDIO),
        ('<p>Hear <a href="media/call.mp3">it</a>.</p>', '<p>Hear <a href="/lessons/7/media/call.mp3">it</a>.</p>'),
        ('<p><a href="media/none.mp3">it</a></p>', "<p>it</p>"),
        ('<p><a href="https://x.example">it</a></p>', '<p><a href="https://x.example">it</a></p>'),
        (
            '<p><a href="media/a.png">a</a> <a href="media/a.png">b</a></p>',
            '<p><a href="/lessons/7/media/a.png">a</a> <a href="/lessons/7/media/a.png">b</a></p>',
        ),
    ],
)
def test_media_stand_in_a_lesson_as_designed(html: str, made: str) -> None:
    assert tags.with_media(html, ALBUM, "en") == made


def test_a_film_has_its_captions_in_the_language_of_the_lesson_first() -> None:
    html = tags.with_media('<p><a href="media/film.mp4">A film</a></p>', ALBUM, "zh")
    assert html == (
        '<figure class="player video"><video controls preload="none" playsinline src="/lessons/7/media/film.mp4" width="640" height="360" aria-label="A film">'
        '<track kind="captions" srclang="zh" label="中文字幕" src="/lessons/7/media/film.zh.vtt" default>'
        '<track kind="captions" srclang="en" label="英文字幕" src="/lessons/7/media/film.en.vtt"></video>'
        "<figcaption>A film · 0:12</figcaption></figure>"
    )
    mute = tags.with_media('<p><img src="media/mute.webm" alt=""></p>', ALBUM, "en")
    assert '<track kind="captions" srclang="en" label="Captions" src="/lessons/7/media/mute.vtt" default>' in mute
    assert "figcaption" not in mute
    assert "aria-label" not in mute


def test_what_the_editor_puts_into_the_text_shows_the_file() -> None:
    assert tags.markdown("a.webp", "image", "The [map]  of\nit") == r"![The \[map\] of it](media/a.webp)"
    assert tags.markdown("a.mp3", "audio", "A call") == "[A call](media/a.mp3)"
    assert tags.markdown("a.vtt", "captions", "x") == ""


def test_an_album_knows_how_long_its_recordings_play() -> None:
    assert ALBUM.seconds == {"call.mp3": 80.4, "film.mp4": 12.0}
    assert PNG.path == "00/" + "0" * 64 + ".png"
    assert tags.sound("film.mp4", ALBUM.files["film.mp4"], ALBUM).startswith(
        '<video controls preload="none" playsinline'
    )
    assert tags.clock(0.2) == "0:01"
    assert tags.clock(None) == ""
