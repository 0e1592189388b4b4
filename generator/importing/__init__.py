"""From files of questions and answers that are there already to a dataset: read, clean, check, split, write."""

from generator.importing.importer import Imported, Preview, import_pairs, preview
from generator.importing.options import ImportOptions

__all__ = ["ImportOptions", "Imported", "Preview", "import_pairs", "preview"]
