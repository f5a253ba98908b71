"""What is fetched is what was trained on, or nothing."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from models.training import download


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None: ...


@pytest.fixture
def home(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A web server of a folder with four files, none of which is GoEmotions."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in download.FILES:
        (folder / name).write_text(name, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_file_than_expected_is_refused_and_not_kept(home, tmp_path):
    address, _ = home
    found = hashlib.md5(b"train.tsv", usedforsecurity=False).hexdigest()
    with pytest.raises(download.DownloadFailed, match=rf"train.tsv has the MD5 {found}; expected"):
        download.goemotions(tmp_path / "here", address)
    assert not list((tmp_path / "here").iterdir())


def test_what_is_there_is_not_fetched_again_and_the_rest_is(home, tmp_path):
    address, folder = home
    here = tmp_path / "here"
    here.mkdir()
    for name in ("train.tsv", "dev.tsv", "test.tsv"):
        (here / name).write_text("mine", encoding="utf-8")
    download.goemotions(here, address)
    assert (here / "train.tsv").read_text(encoding="utf-8") == "mine"
    assert (here / "labels.txt").read_bytes() == (folder / "emotions.txt").read_bytes()


def test_a_home_that_does_not_answer_is_named(tmp_path):
    with pytest.raises(download.DownloadFailed, match=r"http://127.0.0.1:9/train.tsv could not be"):
        download.goemotions(tmp_path, "http://127.0.0.1:9")
