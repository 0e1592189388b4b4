"""Further training sets made of a dataset that is there: no call to a model, the splits as they are."""

from generator.deriving.derive import Derived, derive_dataset
from generator.deriving.options import KINDS, DeriveOptions

__all__ = ["KINDS", "DeriveOptions", "Derived", "derive_dataset"]
