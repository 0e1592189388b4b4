from __future__ import annotations

import re
import tomllib

import pytest

import generator
from generator.cli.init import build_parameters, example, setting_of
from generator.config import BuildConfig, resolve
from generator.errors import Misconfigured
from generator.jobfile import SETTINGS, TABLES, read_job
from tests.cli.articles import write
from tests.cli.running import ROOT, loremill

OF_ONE_RUN = {"job", "dry-run", "yes", "json"}
"""What one run is to do, and consent to it, which no file can give."""


@pytest.fixture
def job(tmp_path):
    def save(text: str):
        path = tmp_path / "job.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return save


def config(path, environ=None, **options):
    return resolve({"model": "extractive", "job": path, **options}, environ or {})


# The example ---------------------------------------------------------------------------------------


def test_every_option_of_build_is_a_setting_and_every_setting_an_option():
    assert {setting_of(one) for one in build_parameters()} - OF_ONE_RUN == set(SETTINGS)


def test_an_option_that_is_not_given_says_nothing():
    said = {setting_of(one): one.default for one in build_parameters()}
    assert {name for name, value in said.items() if value is not None} <= OF_ONE_RUN


def test_every_field_of_the_configuration_can_be_set_but_the_key():
    fields = {setting.field for setting in SETTINGS.values()} - {""}
    assert fields == set(BuildConfig.model_fields) - {"api_key"}


def test_the_example_names_every_setting_once_below_its_explanation():
    lines = example().splitlines()
    for name in SETTINGS:
        [place] = [n for n, line in enumerate(lines) if re.match(rf"#?{name} = ", line)]
        assert re.match(r"# \w.*\.", lines[place - 1])


def test_the_example_as_written_says_no_more_than_the_defaults(job):
    assert config(job(example())) == resolve(
        {"model": "extractive", "titles": ["Agrippina (opera)"]}, {}
    )


def test_the_defaults_in_the_example_are_the_defaults(job, tmp_path):
    lines = example().splitlines()
    for number, line in enumerate(lines):
        is_default = not re.search(r"Not set by default|Default: ", lines[number - 1])
        if re.match(r"#[\w-]+ = ", line) and is_default:
            lines[number] = line.removeprefix("#")
    found = config(job("\n".join(lines)))
    assert found.workspace == tmp_path / "outputs"
    plain = resolve({"model": "extractive", "titles": ["Agrippina (opera)"]}, {})
    assert found.model_copy(update={"workspace": plain.workspace}) == plain


def test_everything_in_the_example_can_be_said():
    everything = re.sub(r"(?m)^#(?=[\w-]+ = )", "", example())
    said = tomllib.loads(everything)
    assert {name for table in said.values() for name in table} == set(SETTINGS)
    assert list(said) == list(TABLES)


DOCS = (ROOT / "docs" / "job.md").read_text(encoding="utf-8")


def test_the_page_about_jobs_names_every_setting_in_its_table():
    rows = dict(re.findall(r"\| `\[(\w+)\]` \| (.*) \|", DOCS))
    said = {table: set(re.findall(r"`([\w-]+)`", row)) for table, row in rows.items()}
    assert said == {table: {one.name for one in settings} for table, settings in TABLES.items()}


def test_the_example_on_the_page_about_jobs_can_be_read(job):
    [text] = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    assert resolve({"job": job(text)}, {"OPENAI_API_KEY": "k"}).name == "handel-operas"


# Reading -------------------------------------------------------------------------------------------


def test_options_stand_above_the_file_and_the_file_above_the_environment(job):
    path = job("[articles]\narticle = ['Serse']\nsite = 'file.example'\n[limits]\nrpm = 5\ntpm = 7")
    environ = {"LOREMILL_SITE": "environment.example", "LOREMILL_CONTACT": "me@home.example"}
    found = config(path, environ, rpm=9)
    assert (found.rpm, found.tpm, found.concurrency) == (9, 7, 16)
    assert (found.site, found.contact) == ("file.example", "me@home.example")
    assert found.titles == ("Serse",)


def test_paths_are_seen_from_the_file(job, tmp_path):
    path = job(
        "[articles]\ntitles = 'lists/a.txt'\nfrom = ['b.wiki', '/c.wiki']\n"
        "[prompts]\nprompts = 'p'\n[dataset]\nworkspace = 'w'"
    )
    found = config(path)
    assert found.titles_file == tmp_path / "lists" / "a.txt"
    assert [str(one) for one in found.files] == [str(tmp_path / "b.wiki"), "/c.wiki"]
    assert (found.prompts, found.workspace) == (tmp_path / "p", tmp_path / "w")


def test_standard_input_stays_standard_input(job):
    found = config(job("[articles]\ntitles = '-'\n[dataset]\nname = 'n'"))
    assert str(found.titles_file) == "-"


def test_one_value_will_do_where_there_may_be_several(job):
    found = config(job("[articles]\ncategory = 'Opern'\n[passages]\nsections = 'あらすじ/**'"))
    assert (found.categories, found.sections) == (("Opern",), ("あらすじ/**",))


def test_times_may_be_written_as_toml_has_them(job):
    found = config(job("[articles]\narticle='A'\n[spending]\nuntil = 07:30:00"))
    assert found.until == "07:30:00"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[limits]\nrpmm = 3", r"job\.toml, line 2: unknown key 'rpmm'; did you mean 'rpm'\?"),
        ("[limit]\nrpm = 3", r"line 1: unknown table 'limit'; did you mean 'limits'\?"),
        ("[limits]\nbudget = 3", r"line 2: 'budget' belongs into the table \[spending\]"),
        ("rpm = 3", r"line 1: 'rpm' belongs into the table \[limits\]"),
        ("limits = 3", r"line 1: 'limits' is a table"),
        ("[limits]\nrpm = [1, 2]", r"line 2: 'rpm' takes one value"),
        ("[limits]\nrpm = -1", r"line 2: rpm: Input should be greater than 0"),
        ("[dataset]\nsplit = '1/2'", r"line 2: split: '1/2' is no split"),
        ("[articles]\ntitles = ['A']", r"a list of titles is `article`"),
        ("[articles]\ntitles = 3", r"takes a path in quotes"),
        ("[limits]\nrpm = 1\nrpm = 2\n", r"is not TOML.*line 3"),
        ("[batches]\nbatch-mb = 1\nbatch_mb = 2", r"line 3: 'batch-mb' stands there twice"),
        ("[passages]\nsections = 'A//B'", r"--sections: 'A//B' has an empty heading"),
        ("x = [" * 2000, "too deep|not TOML"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(job, text, message):
    with pytest.raises(Misconfigured, match=message):
        config(job(text), titles=["A"])


SECRET = "sk-proj-" + "a1B2c3D4" * 4


@pytest.mark.parametrize(
    "text",
    [
        f"[model]\napi-key = '{SECRET}'",
        f"[model]\napi_key = '{SECRET}'",
        f"OPENAI_API_KEY = '{SECRET}'",
        f"[model]\nkey = '{SECRET}'",
        f"[dataset]\nsystem = 'Use {SECRET}.'",
        f"[model]\nbase-url = 'https://me:{SECRET}@host.example/v1'",
        f"[secrets]\ntoken = '{SECRET}'",
    ],
)
def test_secrets_are_refused_and_not_repeated(job, text):
    with pytest.raises(Misconfigured) as caught:
        config(job(text), titles=["A"])
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("data", [b"\xff\xfe[\x00", b"[limits]\n" + b"#" * 2**20, None])
def test_what_is_no_text_is_no_job(tmp_path, data):
    path = tmp_path / "job.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(Misconfigured, match=r"job\.toml"):
        read_job(path)


# Using it ------------------------------------------------------------------------------------------


def test_a_job_builds_from_python_and_its_settings_are_in_the_manifest(job, tmp_path):
    write(tmp_path)
    path = job(
        "[articles]\nfrom = 'Tarn Point Light.wiki'\ncontact = 'me@home.example'\n"
        "[passages]\nsections = ['History/**']\n[model]\nmodel = 'extractive'\n"
        "[dataset]\nworkspace = 'w'\n"
    )
    dataset = generator.build(job=path, environ={})
    assert {row["section"][0] for row in dataset.pairs()} == {"History"}
    assert dataset.folder == tmp_path / "w" / "tarn-point-light"
    settings = dataset.manifest["settings"]
    assert settings["sections"] == ["History/**"]
    assert settings["from"] == ["Tarn Point Light.wiki"]
    text = (dataset.folder / "manifest.json").read_text(encoding="utf-8")
    assert "me@home.example" not in text
    assert str(tmp_path) not in text


def test_the_command_line_goes_by_a_job_and_stands_above_it(tmp_path):
    write(tmp_path)
    done = loremill("init", cwd=tmp_path)
    assert (done.code, "loremill build --job job.toml" in done.out) == (0, True)
    again = loremill("init", cwd=tmp_path)
    assert (again.code, "--force" in again.err) == (2, True)
    text = (tmp_path / "job.toml").read_text(encoding="utf-8")
    text = text.replace('article = ["Agrippina (opera)"]', 'from = "Tarn Point Light.wiki"')
    text = text.replace("#quiet = false", "quiet = true").replace("#log = true", "log = false")
    (tmp_path / "job.toml").write_text(text, encoding="utf-8")
    done = loremill(
        "build", "--job", "job.toml", "--model", "extractive", "--sections", "Today",
        "--log", cwd=tmp_path,
    )  # fmt: skip
    assert done.code == 0, done.err
    folder = tmp_path / "outputs" / "tarn-point-light"
    assert '"Today"' in (folder / "pairs.jsonl").read_text(encoding="utf-8")
    assert '"History"' not in (folder / "pairs.jsonl").read_text(encoding="utf-8")
    assert list((tmp_path / "outputs" / "logs").glob("*.jsonl"))


def test_a_job_file_given_as_a_title_is_told(job):
    path = job("")
    with pytest.raises(Misconfigured, match="give a job with --job"):
        generator.job(str(path), environ={})


def test_a_job_file_that_is_wrong_ends_the_command_with_its_line(tmp_path):
    (tmp_path / "job.toml").write_text("[limits]\nrmp = 3\n", encoding="utf-8")
    done = loremill("build", "A", "--job", "job.toml", cwd=tmp_path)
    assert done.code == 2
    assert "job.toml, line 2: unknown key 'rmp'; did you mean 'rpm'?" in done.err


# Recipe or prompt files ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "given", "recipe", "templates"),
    [
        ("", {}, "expert", ()),
        ('recipe = "light"', {}, "light", ()),
        ('template = ["basic"]', {}, None, ("basic",)),
        ('template = "basic"', {"recipe": "simple"}, "simple", ()),
        ('recipe = "light"', {"templates": ("detailed", "basic")}, None, ("detailed", "basic")),
        ('recipe = "light"', {"recipe": "deep"}, "deep", ()),
    ],
)
def test_a_recipe_or_prompt_files_on_the_command_line_replace_both_of_the_file(
    job, file, given, recipe, templates
):
    options = {"model": "m", "base_url": "http://localhost/v1", **given}
    found = resolve({"job": job(f"[prompts]\n{file}\n"), **options}, {})
    assert (found.used_recipe, found.templates) == (recipe, templates)
    assert found.settings["recipe"] == recipe


def test_the_built_in_writer_takes_the_simple_recipe_unless_another_is_named(job):
    assert config(job("")).used_recipe == "simple"
    assert config(job('[prompts]\nrecipe = "expert"\n')).used_recipe == "expert"


def test_a_file_that_names_both_is_refused(job):
    with pytest.raises(Misconfigured, match="not both"):
        config(job('[prompts]\nrecipe = "light"\ntemplate = "basic"\n'))
