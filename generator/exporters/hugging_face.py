"""Pairs as a dataset of the Hugging Face Hub: chats with the tags that lead back to their source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from generator.exporters import ExportOptions, FolderExporter, RowFile
from generator.exporters.chat import messages
from generator.exporters.row_files import JsonLines
from generator.records import Json, Pair

LOADING = """\
```python
from datasets import load_dataset

data = load_dataset("PATH")  # this folder, or its name on a hub
```"""

FEATURES = """\
dataset_info:
  features:
  - name: messages
    list:
    - name: role
      dtype: string
    - name: content
      dtype: string
  - name: id
    dtype: string
  - name: kind
    dtype: string
  - name: article
    dtype: string
  - name: section
    sequence: string
  - name: language
    dtype: string
  - name: site
    dtype: string
  - name: page_id
    dtype: int64
  - name: revision_id
    dtype: int64
  - name: url
    dtype: string
  - name: template
    dtype: string
  - name: model
    dtype: string
  - name: facts
    sequence: string
  - name: quote
    dtype: string
"""


class HuggingFace(FolderExporter):
    """The format `huggingface`."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """See `tagged_row`."""
        return tagged_row(pair, options)

    def open(self, path: Path) -> RowFile:
        """A file of JSON lines."""
        return JsonLines(path)

    def companions(self, files: Mapping[str, str], options: ExportOptions) -> dict[str, str]:
        """Nothing: the card, which every export has, tells a hub all it wants to know."""
        return {}

    def usage(self) -> str:
        """How it is loaded."""
        return LOADING

    def header(self) -> str:
        """The types of the columns: of a list that happens to be empty, a loader cannot tell them."""
        return FEATURES


def tagged_row(pair: Pair, options: ExportOptions) -> dict[str, Json]:
    """A chat, and where it came from."""
    return {
        "messages": [*messages(pair, options)],
        "id": pair.id,
        "kind": pair.kind,
        "article": pair.article,
        "section": list(pair.section),
        "language": pair.language,
        "site": pair.site,
        "page_id": pair.page_id,
        "revision_id": pair.revision_id,
        "url": pair.url,
        "template": pair.template,
        "model": pair.model,
        "facts": list(pair.facts),
        "quote": pair.quote,
    }
