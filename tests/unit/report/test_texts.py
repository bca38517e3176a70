"""Every sentence a person reads: both languages, the same placeholders, one line each."""

from __future__ import annotations

import re
import string
import tomllib
import unicodedata
from pathlib import Path

import pytest

from preserve.model.records import RecordClass
from preserve.report.texts.catalogue import Texts

TEXTS = Path(__file__).resolve().parents[3] / "preserve" / "report" / "texts"
FILES = sorted(TEXTS.glob("*.toml"))
LANGUAGES = ("vi", "en")
CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9_]+)+")
# The checks of the verifier and of the assessment rules must say which article they stand on.
FILES_OF_CHECKS = {"verify.toml", "check.toml"}
FAMILIES_OF_LAYOUT = ("HELP-", "UI-", "DOCTOR-")
"""Help and labels, whichever file of a group of commands they stand in."""
LONGEST_LABEL = 12
FAMILIES_OF_CHECKS = {"SIG", "SEL", "FIX", "CMP", "PDF", "EVR", "RET", "JRN", "CHK"}


def placeholders(text: str) -> set[str]:
    """Return the names in braces of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def entries() -> list[tuple[str, str, dict[str, str]]]:
    """Return file name, code and texts of every entry."""
    return [
        (file.name, code, texts)
        for file in FILES
        for code, texts in tomllib.loads(file.read_text(encoding="utf-8")).items()
    ]


ENTRIES = entries()


def test_there_are_texts() -> None:
    """A test over no text would prove nothing."""
    assert ENTRIES


def test_no_code_is_defined_twice() -> None:
    """A code means one sentence, whichever file it stands in."""
    codes = [code for _, code, _ in ENTRIES]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize(("file", "code", "texts"), ENTRIES, ids=[code for _, code, _ in ENTRIES])
class TestEntry:
    """What holds for each entry."""

    def test_code_has_the_common_form(self, file: str, code: str, texts: dict[str, str]) -> None:
        """A code is upper-case words joined by hyphens; a value of an enumeration keeps its _."""
        del file, texts
        assert CODE.fullmatch(code)

    def test_keys_are_known(self, file: str, code: str, texts: dict[str, str]) -> None:
        """An entry has both languages and nothing but a requirement beside them."""
        assert set(LANGUAGES) <= texts.keys() <= {*LANGUAGES, "requirement"}, f"{file} {code}"

    def test_checks_name_their_requirement(
        self, file: str, code: str, texts: dict[str, str]
    ) -> None:
        """A check says which article or clause it stands on."""
        if file in FILES_OF_CHECKS and code.split("-", 1)[0] in FAMILIES_OF_CHECKS:
            assert texts.get("requirement", "").strip(), f"{file} {code}"

    def test_texts_are_composed(self, file: str, code: str, texts: dict[str, str]) -> None:
        """A text says something and is composed (NFC), so that it can be searched and drawn."""
        for text in texts.values():
            assert text.strip(), f"{file} {code}"
            assert text == unicodedata.normalize("NFC", text), f"{file} {code}"

    def test_sentences_are_one_line(self, file: str, code: str, texts: dict[str, str]) -> None:
        """A sentence is one line without spaces at its ends; help and labels are laid out."""
        for text in texts.values():
            if not code.startswith(FAMILIES_OF_LAYOUT):
                assert text == text.strip(), f"{file} {code}"
                assert text.isprintable(), f"{file} {code}"

    def test_placeholders_are_plain_names(
        self, file: str, code: str, texts: dict[str, str]
    ) -> None:
        """A placeholder is a name: no index, no attribute, no format."""
        for text in texts.values():
            for _, name, layout, conversion in string.Formatter().parse(text):
                if name is not None:
                    assert name.isidentifier(), f"{file} {code}: {name!r}"
                    assert not layout, f"{file} {code}: {name!r}"
                    assert conversion is None, f"{file} {code}: {name!r}"

    def test_languages_say_the_same(self, file: str, code: str, texts: dict[str, str]) -> None:
        """Both languages use the same placeholders."""
        assert placeholders(texts["vi"]) == placeholders(texts["en"]), f"{file} {code}"

    def test_vietnamese_is_vietnamese(self, file: str, code: str, texts: dict[str, str]) -> None:
        """The Vietnamese text carries Vietnamese letters; a label such as "STT" needs none."""
        plain = "".join(part for part, *_ in string.Formatter().parse(texts["vi"]))
        is_label = code.startswith(FAMILIES_OF_LAYOUT) and len(plain.strip()) <= LONGEST_LABEL
        assert is_label or not plain.isascii(), f"{file} {code}"
        assert is_label or texts["vi"] != texts["en"], f"{file} {code}"


@pytest.mark.parametrize(
    "record_class", set(RecordClass) - {RecordClass.AUDIT_LOG, RecordClass.COVERING_NOTE}
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_record_has_a_name(record_class: RecordClass, language: str) -> None:
    """The table of retention names what it speaks of; a code in its place would tell nobody."""
    code = f"UI-RECORD-{record_class.upper()}"
    assert Texts(language).message(code) != code
