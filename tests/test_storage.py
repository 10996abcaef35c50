"""Files in a folder and in a bucket of a real S3 server: the same deeds, the same answers."""

import io
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from lms import clock
from lms.cli import main
from lms.settings import Settings, SettingsError, load
from lms.storage import Storage, StorageError
from tests import s3

pytestmark = pytest.mark.real_time  # signatures carry the time


@pytest.fixture(scope="module")
def bucket_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with s3.server("onramp") as url:
        yield Settings(
            data_dir=tmp_path_factory.mktemp("data"),
            storage_url="s3://onramp/school",
            storage_endpoint=url,
            storage_key="key",
            storage_secret="secret",
        )


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return Storage(Settings(data_dir=tmp_path))
    return Storage(request.getfixturevalue("bucket_settings"))


def test_what_is_stored_comes_back_whole_and_in_parts(storage: Storage) -> None:
    storage.put("ab/small.webp", b"0123456789", content_type="image/webp")
    assert storage.get("ab/small.webp") == b"0123456789"
    assert storage.size("ab/small.webp") == 10
    assert b"".join(storage.get_range("ab/small.webp", 2, 3)) == b"234"
    assert b"".join(storage.get_range("ab/small.webp", 9, 1)) == b"9"
    assert b"".join(storage.get_range("ab/small.webp", 4, 0)) == b""
    assert storage.exists("ab/small.webp")


def test_a_large_file_goes_up_in_parts_and_down_in_pieces(storage: Storage) -> None:
    large = bytes(range(256)) * 80_000  # 20 MB
    storage.put("cd/large.mp4", io.BytesIO(large), content_type="video/mp4")
    pieces = list(storage.get_range("cd/large.mp4", 0, len(large)))
    assert b"".join(pieces) == large
    assert len(pieces) > 1


def test_what_is_deleted_or_never_was_is_not_found(storage: Storage) -> None:
    storage.put("ef/gone.png", b"x", content_type="image/png")
    storage.delete("ef/gone.png")
    storage.delete("ef/gone.png")
    assert not storage.exists("ef/gone.png")
    with pytest.raises(FileNotFoundError):
        storage.get("ef/gone.png")
    with pytest.raises(FileNotFoundError):
        storage.get_range("ef/gone.png", 0, 1)


def test_storing_again_replaces(storage: Storage) -> None:
    storage.put("gh/a.png", b"one", content_type="image/png")
    storage.put("gh/a.png", b"two", content_type="image/png")
    assert storage.get("gh/a.png") == b"two"
    storage.check()


def test_a_bucket_signs_links_that_a_browser_can_use_and_keep(bucket_settings: Settings) -> None:
    storage = Storage(bucket_settings)
    storage.put("ab/x.webp", b"picture", content_type="image/webp")
    link = storage.link("ab/x.webp", turn=7, seconds=600)
    with urlopen(link) as answer:
        assert answer.read() == b"picture"
        assert answer.headers["Content-Type"] == "image/webp"
    assert storage.link("ab/x.webp", turn=7, seconds=600) == link
    assert link.startswith(storage.origin + "/onramp/school/ab/x.webp?")
    assert storage.origin == bucket_settings.storage_endpoint


def test_a_folder_and_a_hidden_bucket_have_no_links(bucket_settings: Settings, tmp_path: Path) -> None:
    folder = Storage(Settings(data_dir=tmp_path))
    assert (folder.direct, folder.origin) == (False, "")
    with pytest.raises(StorageError):
        folder.link("ab/x.webp", turn=1, seconds=60)
    hidden = Storage(bucket_settings.model_copy(update={"storage_direct": False}))
    assert (hidden.direct, hidden.origin) == (False, "")


def test_keys_do_not_leave_the_folder(tmp_path: Path) -> None:
    storage = Storage(Settings(data_dir=tmp_path))
    for key in ("../out.png", "a/../../out.png", "a\0b"):
        with pytest.raises(ValueError, match="path"):
            storage.put(key, b"x", content_type="image/png")
    assert [path.name for path in tmp_path.iterdir()] in ([], ["files"])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"storage_url": "s3://no-such-bucket"}, "LMS_STORAGE_URL"),
        ({"storage_endpoint": "http://127.0.0.1:9"}, "_ENDPOINT"),
    ],
)
def test_a_bucket_that_does_not_answer_is_named(bucket_settings: Settings, changes: dict[str, str], named: str) -> None:
    with pytest.raises(StorageError, match=named):
        Storage(bucket_settings.model_copy(update=changes)).check()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(StorageError, match="LMS_DATA_DIR"):
        Storage(Settings(data_dir=tmp_path)).check()
    with pytest.raises(StorageError, match="LMS_STORAGE_URL"):
        Storage(Settings(data_dir=tmp_path, storage_url=f"file://{tmp_path}/files")).check()


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"LMS_STORAGE_URL": "ftp://x"}, "LMS_STORAGE_URL"),
        ({"LMS_STORAGE_URL": "s3://Bad_Name"}, "LMS_STORAGE_URL"),
        ({"LMS_STORAGE_URL": "s3://bucket"}, "LMS_STORAGE_KEY, LMS_STORAGE_SECRET"),
        ({"LMS_STORAGE_URL": "s3://bucket", "LMS_STORAGE_KEY": "k"}, "LMS_STORAGE_SECRET"),
        ({"LMS_STORAGE_ENDPOINT": "minio:9000"}, "LMS_STORAGE_ENDPOINT"),
        ({"LMS_STORAGE_DIRECT": "perhaps"}, "LMS_STORAGE_DIRECT"),
    ],
)
def test_a_wrong_setting_names_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, values: dict[str, str], named: str
) -> None:
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=named):
        load()


def test_the_command_says_where_files_are_or_what_is_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    good = CliRunner().invoke(main, ["storage", "check"])
    assert good.exit_code == 0
    assert str(tmp_path / "files") in good.output
    monkeypatch.setenv("LMS_STORAGE_URL", "file:///proc/nothing")
    wrong = CliRunner().invoke(main, ["storage", "check"])
    assert wrong.exit_code == 1
    assert wrong.output.startswith("lms: LMS_STORAGE_URL: /proc/nothing: ")
    assert len(wrong.output.splitlines()) == 1


def test_all_there_is_is_listed_with_its_size_and_moment(storage: Storage) -> None:
    storage.put("gh/listed.png", b"12345", content_type="image/png")
    found = {key: (size, at) for key, size, at in storage.listed()}
    size, at = found["gh/listed.png"]
    assert size == 5
    assert abs((clock.now() - at).total_seconds()) < 3600
