"""Every format as a folder: rows, splits, companions, card, manifest, and what is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

import generator
from generator import api
from generator.errors import Misconfigured, StoreError
from generator.exporters import EXPORTERS, Exporter, ExportOptions
from generator.exporters.export import Export, export_dataset
from generator.exporters.files import locked
from generator.importing.options import MODEL
from generator.records import Json, Pair
from generator.store import open_store
from tests.exporters.shapes import ROWS, SAID, Said

SPOKEN = (
    ("Who built it?", "Ada Miller."),
    ("Wer baute die „Mühle“?", "Müller,\nim Jahr 1871."),
    ("水車は誰が建てた？", 'She said: "私".'),
    ("من بنى الطاحونة؟", "one\u2028two\u0085three"),
    ("</s> <|im_end|> {{ x }}", "'; DROP TABLE mills; -- \x00"),
)
SYSTEM = "Sprich wie ein „Müller“."
JSON_LINES = [name for name in EXPORTERS if name != "parquet"]


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


@pytest.fixture(scope="module")
def built(tmp_path_factory, make_pair, write) -> Path:
    """A dataset that tests only read."""
    folder: Path = tmp_path_factory.mktemp("built") / "mills"
    pairs = [
        make_pair(number, prompt=prompt, completion=completion)
        for number, (prompt, completion) in enumerate(SPOKEN)
    ]
    write(folder, pairs)
    return folder


@pytest.fixture
def dataset(built, tmp_path) -> Path:
    """The same for tests that do as they like with it."""
    ignored = shutil.ignore_patterns("exports")
    return Path(shutil.copytree(built, tmp_path / "mills", ignore=ignored))


@pytest.fixture(scope="module", params=JSON_LINES)
def made(request, built) -> Export:
    """The dataset in every format that is JSON lines."""
    system = "" if request.param == "completion" else SYSTEM
    return export_dataset(built, format=request.param, settings={"system": system})


def spoken(made: Export) -> dict[str, list[Said]]:
    """What the rows of an export say, by split."""
    return {
        split: [SAID[made.format](row) for row in rows(made.folder / f"{split}.jsonl")]
        for split in made.rows
    }


def test_every_pair_comes_back_in_its_split_with_the_system_prompt(made, built):
    assert made.folder == built / "exports" / made.format
    system = "" if made.format == "completion" else SYSTEM
    said = [Said(system, *pair) for pair in SPOKEN]
    assert spoken(made) == {"train": said[:3], "validation": [said[3]], "test": [said[4]]}
    for split in made.rows:
        for row in rows(made.folder / f"{split}.jsonl"):
            ROWS[made.format].validate_python(row)


def test_the_manifest_has_the_digest_of_every_file(made, built):
    on_disk = {path.name for path in made.folder.iterdir()} - {"manifest.json"}
    assert set(made.manifest["files"]) == on_disk
    assert json.loads((made.folder / "manifest.json").read_text("utf-8")) == made.manifest
    for name, said in made.manifest["files"].items():
        data = (made.folder / name).read_bytes()
        assert (said["sha256"], said["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
    pairs = (built / "pairs.jsonl").read_bytes()
    assert made.manifest["dataset"]["pairs_sha256"] == hashlib.sha256(pairs).hexdigest()
    assert made.manifest["dataset"]["is_as_built"]


def test_the_same_dataset_gives_the_same_bytes(made, built, tmp_path):
    settings = {"system": made.manifest["options"]["system"]}
    again = export_dataset(built, format=made.format, out=tmp_path / "again", settings=settings)
    assert again.manifest == made.manifest


def test_the_card_tells_splits_licence_and_credits(made):
    card = (made.folder / "README.md").read_text(encoding="utf-8")
    header = yaml.safe_load(card.split("---\n")[1])
    assert header["license"] == ["cc-by-sa-4.0"]
    assert header["language"] == ["ar", "de", "en", "ja"]
    assert header["size_categories"] == ["n<1K"]
    assert header["configs"][0]["data_files"] == [
        {"split": split, "path": f"{split}.jsonl"} for split in ("train", "validation", "test")
    ]
    for said in ("Licence of the articles: cc-by-sa-4.0", "Share alike", "Wassermühle", "authors"):
        assert said in card
    assert len(rows(made.folder / "articles.jsonl")) == 4


def test_a_split_without_rows_has_no_file(tmp_path, make_pair, write):
    write(tmp_path / "mills", [make_pair(0)])
    made = export_dataset(tmp_path / "mills", format="huggingface")
    assert made.rows == {"train": 1}
    assert not (made.folder / "test.jsonl").exists()
    assert "validation" not in (made.folder / "README.md").read_text(encoding="utf-8")


def test_splits_of_other_names_are_kept(dataset):
    path = dataset / "pairs.jsonl"
    path.write_text(path.read_text("utf-8").replace('"split": "test"', '"split": "eval_recall"'))
    made = export_dataset(dataset, format="axolotl")
    assert made.rows == {"train": 3, "validation": 1, "eval_recall": 1}
    config = yaml.safe_load((made.folder / "axolotl.yaml").read_text("utf-8"))
    assert [one["path"] for one in config["test_datasets"]] == [
        "validation.jsonl", "eval_recall.jsonl",
    ]  # fmt: skip
    assert not made.manifest["dataset"]["is_as_built"]


def test_the_configuration_of_axolotl_names_its_files(dataset):
    made = export_dataset(dataset, format="axolotl", settings={"base_model": 'my: "model"\n#'})
    config = yaml.safe_load((made.folder / "axolotl.yaml").read_text("utf-8"))
    assert config["base_model"] == 'my: "model" #'
    (train,), (held_out,) = config["datasets"], config["test_datasets"]
    assert train == {
        "path": "train.jsonl", "ds_type": "json", "type": "chat_template", "split": "train",
    }  # fmt: skip
    assert held_out["path"] == "validation.jsonl"
    assert "val_set_size" not in config
    assert {key: config[key] for key in ("adapter", "train_on_inputs", "evals_per_epoch")} == {
        "adapter": "lora", "train_on_inputs": False, "evals_per_epoch": 1,
    }  # fmt: skip


def test_the_configuration_of_llama_factory_names_its_splits(dataset):
    made = export_dataset(dataset, format="llama-factory")
    config = yaml.safe_load((made.folder / "train.yaml").read_text("utf-8"))
    info = json.loads((made.folder / "dataset_info.json").read_text("utf-8"))
    assert (config["dataset_dir"], config["dataset"], config["eval_dataset"]) == (
        ".", "train", "validation",
    )  # fmt: skip
    assert set(info) == {"train", "validation", "test"}
    assert info["train"]["file_name"] == "train.jsonl"
    assert info["train"]["tags"]["assistant_tag"] == "assistant"
    assert config["learning_rate"] == 2e-4


@pytest.mark.parametrize("format", ["axolotl", "llama-factory"])
def test_a_configuration_without_held_out_rows_watches_nothing(tmp_path, make_pair, write, format):
    write(tmp_path / "mills", [make_pair(0)])
    made = export_dataset(tmp_path / "mills", format=format)
    (name,) = [one for one in made.manifest["files"] if one.endswith(".yaml")]
    config = yaml.safe_load((made.folder / name).read_text("utf-8"))
    assert not {"test_datasets", "eval_dataset", "eval_strategy", "evals_per_epoch"} & set(config)


@pytest.mark.parametrize("format", ["axolotl", "llama-factory"])
def test_a_dataset_without_training_rows_has_no_configuration(tmp_path, make_pair, write, format):
    write(tmp_path / "mills", [make_pair(4)])
    with pytest.raises(Misconfigured, match="nothing to train on"):
        export_dataset(tmp_path / "mills", format=format)
    assert not (tmp_path / "mills" / "exports").exists()


def test_a_byte_order_mark_opens_the_files_where_it_is_asked_for(dataset):
    made = export_dataset(dataset, format="chat", bom=True)
    for split in made.rows:
        data = (made.folder / f"{split}.jsonl").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf{")
        assert data.count(b"\xef\xbb\xbf") == 1
    with pytest.raises(Misconfigured, match="byte order mark is for"):
        export_dataset(dataset, format="axolotl", bom=True)


def test_settings_are_those_of_the_build_unless_given(tmp_path, make_pair, write):
    options = ExportOptions(system="Built.", stop=" STOP")
    write(tmp_path / "mills", [make_pair(0)], options=options)
    (built,) = spoken(export_dataset(tmp_path / "mills", format="chat"))["train"]
    given = export_dataset(tmp_path / "mills", format="chat", settings={"system": ""})
    assert (built.system, spoken(given)["train"][0].system) == ("Built.", "")
    assert given.manifest["options"]["stop"] == " STOP"


def test_pairs_that_a_format_cannot_hold_are_left_out_and_counted(tmp_path, make_pair, write):
    write(tmp_path / "mills", [make_pair(0, completion="E."), make_pair(1, completion="THE END")])
    made = export_dataset(tmp_path / "mills", format="completion")
    assert (made.rows, made.left_out) == ({"train": 1}, {"contains_stop": 1})
    with pytest.raises(Misconfigured, match="no pair to export"):
        export_dataset(tmp_path / "mills", format="completion", settings={"stop": "E"})


def test_a_new_export_takes_the_place_of_an_older_one(dataset, tmp_path):
    out = tmp_path / "out"
    export_dataset(dataset, format="llama-factory", out=out)
    (out / ".train.parquet.part").write_text("left by a run that was killed")
    made = export_dataset(dataset, format="chat", out=out)
    assert {path.name for path in out.iterdir()} == {*made.manifest["files"], "manifest.json"}
    assert "train.yaml" not in made.manifest["files"]


@pytest.mark.parametrize("name", ["notes.txt", "README.md", "manifest.json"])
def test_a_folder_with_other_things_in_it_is_left_alone(dataset, tmp_path, name):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("mine")
    with pytest.raises(Misconfigured, match=f"holds '{name}', which is of no export"):
        export_dataset(dataset, out=tmp_path / "mine")
    assert (tmp_path / "mine" / name).read_text() == "mine"
    assert len(list((tmp_path / "mine").iterdir())) == 1


def test_a_dataset_is_not_overwritten_by_its_export(dataset):
    before = (dataset / "README.md").read_bytes()
    with pytest.raises(Misconfigured, match="which is of no export"):
        export_dataset(dataset, out=dataset)
    assert (dataset / "README.md").read_bytes() == before


def test_two_exports_do_not_write_one_folder_at_once(dataset, tmp_path):
    (tmp_path / "out").mkdir()
    with locked(tmp_path / "out"), pytest.raises(StoreError, match="another run"):
        export_dataset(dataset, out=tmp_path / "out")


def test_a_manifest_from_elsewhere_deletes_nothing_outside_its_folder(dataset, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "precious").write_text("mine")
    files = {"../precious": {"sha256": ""}, "gone.jsonl": {"sha256": ""}}
    (out / "manifest.json").write_text(json.dumps({"export_version": 1, "files": files}))
    export_dataset(dataset, out=out)
    assert (tmp_path / "precious").read_text() == "mine"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "line 1: Invalid JSON"),
        ("[]", "line 1: "),
        ('{"prompt": "Q?"}', "line 1: id: "),
        (None, "'../../evil' is no name of a split"),
    ],
)
def test_a_line_that_is_no_pair_is_an_error_with_its_number(dataset, line, said):
    path = dataset / "pairs.jsonl"
    first = path.read_text("utf-8").split("\n")[0].replace('"train"', '"../../evil"')
    path.write_text((line or first) + "\n")
    with pytest.raises(Misconfigured) as caught:
        export_dataset(dataset)
    assert said in str(caught.value)
    assert not (dataset / "exports").exists()


@pytest.mark.parametrize("name", ["pairs.jsonl", "articles.jsonl", "manifest.json"])
def test_a_dataset_that_lacks_a_file_is_an_error_that_names_it(dataset, name):
    (dataset / name).unlink()
    with pytest.raises(Misconfigured, match=name if name != "manifest.json" else "no dataset at"):
        export_dataset(dataset)


def test_unknown_names_are_answered_with_the_nearest(dataset):
    with pytest.raises(Misconfigured, match="no format 'axolot'; did you mean 'axolotl'"):
        export_dataset(dataset, format="axolot")
    with pytest.raises(Misconfigured, match="unknown setting 'sistem'; did you mean 'system'"):
        export_dataset(dataset, settings={"sistem": "x"})


class Questions(Exporter):
    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        return {"q": pair.prompt}


def test_a_format_of_ones_own_is_named_by_its_address(dataset, tmp_path):
    address = f"{__name__}:Questions"
    made = export_dataset(dataset, format=address, out=tmp_path / "own")
    assert rows(made.folder / "test.jsonl") == [{"q": SPOKEN[4][0]}]


def test_python_users_export_by_name_folder_or_dataset(dataset, tmp_path):
    by_name = generator.export("mills", format="alpaca", workspace=tmp_path)
    by_folder = generator.export(dataset, format="alpaca", out=tmp_path / "out", system="S")
    assert by_name.folder == dataset / "exports" / "alpaca"
    assert rows(by_folder.folder / "test.jsonl")[0]["system"] == "S"


def test_an_export_beside_datasets_is_not_taken_for_one(dataset, tmp_path):
    with open_store(tmp_path):
        export_dataset(dataset, out=tmp_path / "mills-chat")
    assert [one.name for one in api.status(tmp_path).datasets] == ["mills"]


def test_the_header_names_the_type_of_every_column(dataset):
    made = export_dataset(dataset, format="huggingface")
    header = yaml.safe_load((made.folder / "README.md").read_text("utf-8").split("---\n")[1])
    named = [one["name"] for one in header["dataset_info"]["features"]]
    assert named == list(rows(made.folder / "train.jsonl")[0])


def test_imported_pairs_are_not_said_to_be_of_a_model_or_of_articles(
    tmp_path, make_pair, make_page, write
):
    page = make_page(0, license="CC BY 4.0", license_url="")
    write(tmp_path / "qa", [make_pair(0)], pages=(page,), model=MODEL, endpoint="")
    card = (export_dataset(tmp_path / "qa").folder / "README.md").read_text("utf-8")
    assert "were imported; nobody checked" in card
    assert "CC BY 4.0" in card
    for untrue in ("language model wrote", "machine-generated", "synthetic", "authors", "Markup"):
        assert untrue not in card


def test_hostile_titles_stay_texts_in_the_card(tmp_path, make_pair, make_page, write):
    title = "Mill\n---\nlicense: mit\n<script>alert(1)</script>"
    page = make_page(0, title=title, license="[x](javascript:alert(1))", license_url="")
    write(tmp_path / "mills", [make_pair(0)], pages=(page,), name='"\n- evil: yes')
    card = (export_dataset(tmp_path / "mills").folder / "README.md").read_text("utf-8")
    header = yaml.safe_load(card.split("---\n")[1])
    assert header["pretty_name"] == '" - evil: yes'
    assert header["license"] == ["other"]
    assert "<script>" not in card
    assert "[x](javascript" not in card
