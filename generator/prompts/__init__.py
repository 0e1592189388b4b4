"""Prompt files: finding, reading, checking and rendering them.

A prompt file is a TOML header between two lines of `+++`, then the text, in two parts that begin
with a line `[system]` and a line `[user]`. The text is a Jinja template over `VARIABLES` and over
whatever the header's `[variables]` table defines.
"""

from __future__ import annotations

from generator.prompts.draft import Draft, Fault, Part, read_draft
from generator.prompts.files import (
    DEFAULT_TEMPLATES,
    SUFFIX,
    find_prompt,
    find_template,
    find_templates,
    list_templates,
    load_draft,
    parse_template,
    read_template,
    shipped_folder,
)
from generator.prompts.rendering import render
from generator.prompts.template import INSTEAD, REQUIRED, VARIABLES, Template

__all__ = [
    "DEFAULT_TEMPLATES", "INSTEAD", "REQUIRED", "SUFFIX", "VARIABLES", "Draft", "Fault", "Part", "Template",
    "find_prompt", "find_template", "find_templates", "list_templates", "load_draft", "parse_template",
    "read_draft", "read_template", "render", "shipped_folder",
]  # fmt: skip
