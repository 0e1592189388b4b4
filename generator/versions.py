"""Versions of prompt files: kept when they are used, told apart by digest, compared and brought back."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from generator.engine.plan import Planned
from generator.errors import BadTemplate, Misconfigured
from generator.names import nearest
from generator.prompts import (
    SUFFIX,
    Template,
    find_template,
    list_templates,
    parse_template,
    read_template,
)
from generator.reasons import note
from generator.store import Store, open_store
from generator.store.store import FILE_NAME
from generator.store.versions import Use, Version

SHORT = 8
"""Characters of a digest that are shown: enough for one prompt file's versions."""


def remember_plan(store: Store, planned: Sequence[Planned]) -> None:
    """Keep what was planned for one article, so that later it can be said why a call is new."""
    if planned:
        store.plans.put(planned[0].source, [note(one) for one in planned])


def keep_versions(store: Store, templates: Sequence[Template]) -> None:
    """Keep the texts of prompt files that are about to be used; returns when they are safe.

    Raises:
        Misconfigured: a file has changed since it was read, or has a name that is no text.
        StoreError: they cannot be written.
    """
    for template in templates:
        if template.path:
            store.versions.put(template.name, template.digest, _text_of(template))


def _text_of(template: Template) -> str:
    """The file as it stands, which must still be what was read."""
    if not _is_text(template.name):
        raise Misconfigured(f"prompt file {template.path!r}: rename it, its name is not UTF-8")
    text = _read(Path(template.path))
    if parse_template(text, name=template.name).digest != template.digest:
        raise Misconfigured(f"{template.path} has changed just now: run the same command again")
    return text


# Found by what people call them -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One text of a prompt file, from the disk or from the workspace."""

    name: str
    digest: str
    """Empty where the text is no prompt file that can be used."""
    text: str
    path: str = ""
    """Empty for one that the workspace keeps."""

    @property
    def label(self) -> str:
        """What it is called in a comparison."""
        return self.path or f"{self.name}@{self.digest[:SHORT]}"


@contextmanager
def store_of(workspace: Path) -> Iterator[Store | None]:
    """The store of a workspace, None where there is no workspace; makes none."""
    if not (workspace / FILE_NAME).exists():
        yield None
        return
    with open_store(workspace) as store:
        yield store


def find_wording(asked: str, store: Store | None, folder: Path | None = None) -> Wording:
    """The text that somebody means.

    Args:
        asked: a path, a name (the file that a build would use), or `NAME@DIGEST` with the beginning
            of the digest.
        store: of the workspace, where there is one.
        folder: looked into first for files.

    Raises:
        Misconfigured: there is nothing of this name, or more than one.
    """
    if _is_path(asked):
        return _from_file(Path(asked))
    with suppress(Misconfigured):
        return _from_file(find_template(asked, folder))
    name, at, digest = asked.rpartition("@")
    if at:
        return _by_digest(name, digest, store, folder)
    kept = store.versions.of(asked) if store else []
    if store is None or not kept:
        raise Misconfigured(_no_such_name(asked, store, folder))
    return _kept(store, kept[0])


class Wordings(NamedTuple):
    """Two texts to be compared."""

    old: Wording
    new: Wording


def find_pair(a: str, b: str | None, store: Store | None, folder: Path | None = None) -> Wordings:
    """The two texts that somebody means; see `find_wording`.

    Without a second one, a version is compared with the file that a build would use now, and a file
    with the version of the same name that was used last and says something else.

    Raises:
        Misconfigured: there is nothing of one of these names, or nothing to compare with.
    """
    first = find_wording(a, store, folder)
    if b is not None:
        return Wordings(first, find_wording(b, store, folder))
    if not first.path:
        return Wordings(first, _from_file(find_template(first.name, folder)))
    versions = store.versions.of(first.name) if store else []
    for version in versions:
        kept = _kept(store, version)
        if kept.text != first.text:
            return Wordings(kept, first)
    raise Misconfigured(
        f"no other version of {first.name!r} was used in this workspace: name what to compare with"
    )


def compare(old: Wording, new: Wording) -> Iterator[str]:
    """The lines of a unified diff, without line ends; none where both say the same."""
    return difflib.unified_diff(
        old.text.splitlines(),
        new.text.splitlines(),
        fromfile=old.label,
        tofile=new.label,
        lineterm="",
    )


def _is_path(asked: str) -> bool:
    return asked.endswith(SUFFIX) or "/" in asked or "\\" in asked


def _from_file(path: Path) -> Wording:
    text = _read(path)
    digest = ""
    with suppress(BadTemplate):
        digest = parse_template(text, name=path.stem).digest
    return Wording(name=path.stem, digest=digest, text=text, path=str(path))


def _by_digest(name: str, digest: str, store: Store | None, folder: Path | None) -> Wording:
    kept = store.versions.of(name) if store else []
    found = [version for version in kept if version.digest.startswith(digest.lower())]
    if store is not None and len(found) == 1:
        return _kept(store, found[0])
    with suppress(Misconfigured):
        # What the file says now may never have been used.
        now = _from_file(find_template(name, folder))
        if not found and digest and now.digest.startswith(digest.lower()):
            return now
        if not kept:
            kept = [Version(name=name, digest=now.digest, first_at="", last_at="")]
    if not kept:
        raise Misconfigured(_no_such_name(name, store, folder))
    what = f"{len(found)} versions of {name!r} begin with" if found else f"{name!r} has no version"
    known = ", ".join(f"{one.digest[:SHORT]} ({_last_used(one)})" for one in kept[:8])
    raise Misconfigured(
        f"{what} {digest!r}; known: {known}; `loremill prompts log {name}` shows all"
    )


def _last_used(version: Version) -> str:
    return f"last used {version.last_at[:10]}" if version.last_at else "not used yet"


def _kept(store: Store | None, version: Version) -> Wording:
    text = (store.versions.text(version.name, version.digest) if store else None) or ""
    return Wording(name=version.name, digest=version.digest, text=text)


def _no_such_name(name: str, store: Store | None, folder: Path | None) -> str:
    known = {known for known, _ in list_templates(folder)} | set(
        store.versions.names() if store else ()
    )
    return (
        f"no prompt file named {name!r}, and no version of one in the workspace"
        f"{nearest(name, sorted(known))}; `loremill prompts list` shows the files"
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"cannot read prompt file {path}: {error}") from error


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


# The log ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One version, and what came of it."""

    version: Version
    is_in_use: bool
    """Whether a build would use it now."""
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The versions of one prompt file that a workspace has seen."""

    name: str
    now: str
    """Digest of the file that a build would use; empty where there is none that can be used."""
    path: str
    versions: tuple[Logged, ...]
    """The one used last first."""


def log_of(name: str, store: Store, folder: Path | None = None) -> Log:
    """The versions of a prompt file that were used in a workspace.

    Raises:
        Misconfigured: there is neither a file nor a version of this name.
    """
    now = path = ""
    with suppress(Misconfigured):
        path = str(find_template(name, folder))
        now = read_template(Path(path)).digest
    uses = list(store.versions.uses(name))
    versions = tuple(
        Logged(
            version=one,
            is_in_use=one.digest == now,
            uses=tuple(use for use in uses if use.digest == one.digest),
        )
        for one in store.versions.of(name)
    )
    if not versions and not path:
        raise Misconfigured(_no_such_name(name, store, folder))
    return Log(name=name, now=now, path=path, versions=versions)
