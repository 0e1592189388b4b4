"""The table of rules: code -> how bad it is, what it says, and what to do about it.

The functions that find them are in the modules beside this one, each with rules that are alike. To add
a rule, have one of them yield a `Spot` with its code, and add its line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from generator.tuning.check.findings import Rule, Severity


def _rule(severity: Severity, says: str, next_step: str) -> Rule:
    return Rule(severity=severity, says=says, next_step=next_step)


_MEND: Final = "mend these lines, or leave them out"

RULES: Mapping[str, Rule] = {
    # The file as a whole; `lines.py`
    "empty_file": _rule("error", "the file is empty", "give a file with one JSON object a line"),
    "packed": _rule("error", "the file is packed", "unpack it: gunzip"),
    "not_lines": _rule(
        "error",
        "the file is not JSON Lines",
        "write one JSON object a line: `loremill import FILE` does, and so does `jq -c '.[]'` of an array",
    ),
    "too_large": _rule("error", "the file is larger than the provider takes", "leave examples out"),
    "other_encoding": _rule(
        "error", "the file is not in UTF-8", "save it as UTF-8: iconv -t UTF-8"
    ),
    "byte_order_mark": _rule(
        "warning",
        "the file begins with a byte order mark",
        "save it as UTF-8 without one: some readers take it for part of the first line",
    ),
    "no_byte_order_mark": _rule(
        "note",
        "the file has no byte order mark, which this provider asks for",
        "`loremill tune start` sends one; for an upload of your own: `loremill export --bom`",
    ),
    # Lines; `lines.py`
    "not_utf8": _rule("error", "not in UTF-8", _MEND),
    "not_json": _rule("error", "not JSON", _MEND),
    "row_too_long": _rule(
        "error", "a line of more than 4 MB", "no model takes such an example: cut it"
    ),
    "blank_line": _rule(
        "warning", "a blank line before these", "take it out: some readers end there"
    ),
    # Forms; `shapes.py`
    "not_object": _rule("error", "no JSON object", _MEND),
    "unknown_format": _rule(
        "error",
        "neither a chat nor a prompt with its completion",
        "`loremill import` reads other forms, `loremill export --format chat` writes chats",
    ),
    "mixed_formats": _rule(
        "error", "two formats in one file", "put them into two files, or into one form"
    ),
    "formats_differ": _rule(
        "error",
        "the validation file is in another format than the training file",
        "write both in one form",
    ),
    "format_not_taken": _rule(
        "error",
        "a format that the provider does not take for this model",
        "`loremill export DATASET --format chat` writes chats, which all take",
    ),
    "wrong_method": _rule(
        "error",
        "the format does not fit the method",
        "dpo takes preferences, supervised everything else",
    ),
    "calls_not_taken": _rule(
        "error",
        "calls of tools, which the provider does not train",
        "leave these examples out, or tune elsewhere",
    ),
    "extra_keys": _rule(
        "warning",
        "keys beside those of the format",
        "leave them out: some providers refuse them, none learns from them",
    ),
    "content_not_text": _rule("error", "a content that is no text", _MEND),
    "empty_content": _rule("error", "an empty message or completion", _MEND),
    "empty_prompt": _rule(
        "warning", "an empty prompt", "fill it, unless the model shall write unasked"
    ),
    "no_preference": _rule(
        "warning", "both outputs are the same", "leave them out: nothing is preferred"
    ),
    # Messages; `messages.py`
    "messages_not_list": _rule("error", "messages is no list", _MEND),
    "no_messages": _rule("error", "messages is empty", _MEND),
    "message_not_object": _rule("error", "a message that is no object", _MEND),
    "no_role": _rule("error", "a message without a role", "give it system, user or assistant"),
    "unknown_role": _rule(
        "error", "a role that no provider knows", "use system, user, assistant or tool"
    ),
    "no_content": _rule("error", "a message without content", _MEND),
    "unknown_key": _rule("error", "a key in a message that providers do not know", "leave it out"),
    "bad_weight": _rule("error", "a weight that is not 0 or 1", "write 0, 1 or nothing"),
    "weight_elsewhere": _rule(
        "error", "a weight on a message that is not the assistant's", "leave it out there"
    ),
    "nothing_trained": _rule("error", "every answer has weight 0", "give one of them weight 1"),
    "no_assistant": _rule(
        "error", "no message from the assistant", "there is nothing to learn: add the answer"
    ),
    "last_not_assistant": _rule(
        "error",
        "the last message is not from the assistant",
        "add the answer, or take the question away",
    ),
    "no_user": _rule("warning", "no message from the user", "add what the answer is to"),
    "same_role_twice": _rule(
        "warning",
        "two messages in a row from the same role",
        "join them: many chat templates refuse this",
    ),
    "system_not_first": _rule("warning", "a system message after others", "put it first"),
    "system_in_some": _rule(
        "warning",
        "some examples have a system message, others have none",
        "give all the one that you will ask with; `loremill export --system` does",
    ),
    # Counts; `counts.py`
    "too_few": _rule("error", "fewer examples than the provider takes", "add examples"),
    "too_many": _rule("error", "more examples than the provider takes", "leave some out"),
    "few": _rule("warning", "few examples", "more examples help more than anything else"),
    "below_advised": _rule(
        "note", "some examples, not many", "from a few hundred on each doubling helps about as much"
    ),
    "no_validation": _rule(
        "note",
        "no validation file",
        "without one nobody sees from which step on it learns by heart: --validation FILE",
    ),
    "large_validation": _rule(
        "note", "a large validation file", "about 1,000 examples tell as much and cost less time"
    ),
    # Tokens; `spread.py`
    "too_long": _rule(
        "warning", "longer than the model takes: cut while training", "shorten or split them"
    ),
    "nearly_too_long": _rule(
        "note",
        "about as long as the model takes; counted by an estimate",
        "look at them, or shorten them",
    ),
    "long_answer": _rule(
        "warning",
        "answers ten times longer than most",
        "look at them: it may be two answers in one, or a whole page",
    ),
    # Repetition; `repeats.py`
    "duplicate": _rule("warning", "the same as an example before", "leave them out"),
    "near_duplicate": _rule("warning", "nearly the same as an example before", "leave them out"),
    "contradiction": _rule(
        "warning",
        "asked before, and answered otherwise",
        "decide on one answer for each question, unless all of them hold",
    ),
    "in_training": _rule(
        "warning",
        "in the training file as well",
        "take them out of one of the two: the validation loss would look too good",
    ),
    "asked_in_training": _rule(
        "warning",
        "asked in the training file, with another answer there",
        "take them out of one of the two",
    ),
    # Characters; `characters.py`
    "half_character": _rule("error", "half a character, which UTF-8 cannot hold", _MEND),
    "control_character": _rule("warning", "control characters", "take them out"),
    "broken_letters": _rule(
        "warning", "letters broken by a wrong decoding", "read the source as UTF-8"
    ),
    # Wording; `wording.py`
    "special_token": _rule(
        "warning",
        "marks of a chat template in the text",
        "take them out: they end a message for the model",
    ),
    "thinking": _rule(
        "warning",
        "a thought between <think> marks",
        "take it out, unless the model shall show its thinking",
    ),
    "refusal": _rule(
        "warning", "answers that decline to answer", "leave them out, unless that is the lesson"
    ),
    "speaks_of_passage": _rule(
        "warning",
        "speaks of a passage that is not there",
        "word it anew, or give the passage in the prompt: `loremill derive context-qa`",
    ),
    "echo": _rule(
        "warning", "the answer repeats the question", "take the question out of the answer"
    ),
    "other_language": _rule(
        "warning", "question and answer in different languages", "look at them"
    ),
    # Plain completions; `base_model.py`
    "no_separator": _rule(
        "warning",
        "prompts do not end alike",
        "end each with the same mark, as \\n\\n###\\n\\n: it says that the answer begins",
    ),
    "other_separator": _rule("warning", "a prompt that ends otherwise than most", "end it alike"),
    "separator_inside": _rule("warning", "the separator within a prompt", "take it out there"),
    "no_stop": _rule(
        "warning",
        "completions do not end alike",
        "end each with the same mark, as ' END', and stop there when you ask",
    ),
    "other_stop": _rule("warning", "a completion that ends otherwise than most", "end it alike"),
    "stop_inside": _rule("warning", "the stop sequence within a completion", "take it out there"),
    "no_leading_blank": _rule(
        "warning",
        "completions do not begin with a blank",
        "put one in front: words have one in their tokens",
    ),
    "mixed_leading_blank": _rule(
        "warning", "some completions begin with a blank, others do not", "put one before all"
    ),
    "same_prompt_beginning": _rule(
        "note", "all prompts begin alike", "an instruction is not needed: the examples say it"
    ),
    "same_answer_beginning": _rule(
        "note",
        "all completions begin alike",
        "leave that out: it is trained on each time and says nothing",
    ),
    "capitals": _rule(
        "note",
        "many completions in capitals",
        "write them in small letters, which models know better",
    ),
    # Answers as a whole; `classes.py`
    "all_the_same": _rule(
        "warning", "all answers are the same", "there is nothing to tell apart: look at the file"
    ),
    "classification": _rule(
        "note",
        "few different answers: this looks like a classification",
        "short names of one token, the same in training and use; `loremill evaluate` tells accuracy and F1",
    ),
    "rare_class": _rule("note", "a class with few examples", "about 100 of each class are advised"),
    "unknown_class": _rule(
        "warning",
        "a class that the training file does not have",
        "add examples of it, or leave it out",
    ),
    # The dataset behind the file; `folder.py`
    "section_on_both_sides": _rule(
        "warning",
        "a section in training and in validation",
        "split by section or article: `loremill build` does",
    ),
    "measure_missed": _rule(
        "note", "a measure of the dataset misses its goal", "docs/measures.md says what it means"
    ),
    "share_alike": _rule(
        "note",
        "text under a share-alike licence",
        "the card of the dataset says whom to credit; what you publish of it is under the same terms",
    ),
    # The provider; `check.py`
    "provider_closes": _rule(
        "note",
        "this provider takes no new fine-tuning",
        "--base-url names another, --provider local tunes on this machine",
    ),
}
"""Code -> rule; findings are told in this order."""
