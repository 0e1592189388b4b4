"""A tiny chat model from nothing, for demonstrations and tests: random weights that know nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.errors import Misconfigured
from generator.exporters.files import explained
from generator.tuning.local.folder import read_object, write_whole
from generator.tuning.local.jobs import check_packages

END, TURN, PAD = "<|end|>", "<|turn|>", "<|pad|>"
TEMPLATE = (
    "{% for message in messages %}"
    "{{ '" + TURN + "' + message['role'] + '\n' }}"
    "{% if message['role'] == 'assistant' %}"
    "{% generation %}{{ message['content'] + '" + END + "' }}{% endgeneration %}"
    "{% else %}{{ message['content'] + '" + END + "' }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '" + TURN + "assistant\n' }}{% endif %}"
)
"""Marks what the assistant says, for trainers that learn only that."""
MADE_OF = "tiny.json"
PACKAGES = ("torch", "transformers", "tokenizers")
MOST_TEXT = 20_000_000
"""Characters that the tokenizer is trained on, at most: more changes nothing in so small a vocabulary."""


def make_tiny(
    folder: Path,
    texts: Iterable[Path] = (),
    *,
    width: int = 128,
    layers: int = 2,
    heads: int = 4,
    vocabulary: int = 512,
    context: int = 512,
    seed: int = 0,
) -> int:
    """Write a Llama with random weights and a byte-level tokenizer; returns its parameters.

    One that was made in the same way stays as it is.

    Args:
        texts: files that the tokenizer's merges are learnt from; without any, every byte is a token.
        width: of the hidden layers; a multiple of twice the heads.
        vocabulary: tokens, at most; 256 bytes and three signs are always there.

    Raises:
        Misconfigured: a number that cannot be, a text that cannot be read, a folder with a model in it.
    """
    if width % (2 * heads):
        raise Misconfigured(f"width {width} is no multiple of twice the heads ({heads})")
    files = list(texts)
    made_of = {
        "width": width, "layers": layers, "heads": heads, "vocabulary": vocabulary,
        "context": context, "seed": seed, "texts": [_digest_of(path) for path in files],
    }  # fmt: skip
    if folder.exists() and any(folder.iterdir()):
        if (made := read_object(folder / MADE_OF)).get("made_of") == made_of:
            return int(made["parameters"])
        raise Misconfigured(
            f"{folder} is there already, and not made in this way: name another folder, or remove it"
        )
    check_packages(PACKAGES)
    import torch
    from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    tokenizer = _tokenizer(_lines(files), vocabulary, context)
    torch.manual_seed(seed)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=width,
            intermediate_size=width * 3,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            num_key_value_heads=heads,
            max_position_embeddings=context,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )
    model.generation_config = GenerationConfig(
        do_sample=False,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(str(folder))
        tokenizer.save_pretrained(str(folder))
    parameters = int(model.num_parameters())
    # Last, so that a folder with it is whole.
    told = json.dumps({"made_of": made_of, "parameters": parameters})
    write_whole(folder / MADE_OF, told + "\n")
    return parameters


def _digest_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise Misconfigured(f"{path} cannot be read: {exc.strerror}") from exc


def _tokenizer(lines: Iterator[str], vocabulary: int, context: int):  # type: ignore[no-untyped-def]
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.train_from_iterator(
        lines,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=[PAD, END, TURN],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token=END, pad_token=PAD, model_max_length=context
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def _lines(texts: Iterable[Path]) -> Iterator[str]:
    left = MOST_TEXT
    for path in texts:
        try:
            with path.open(encoding="utf-8") as file:
                for line in file:
                    if left <= 0:
                        return
                    left -= len(line)
                    yield line
        except (OSError, UnicodeDecodeError) as exc:
            raise Misconfigured(f"{path} cannot be read as UTF-8 text: {exc}") from exc
