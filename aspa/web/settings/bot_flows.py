"""A flow as a form: each step is a row of fields, and what they make is what `service/bot/steps` reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aspa.service.bot import steps
from aspa.service.bot.models import Flow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

# Empty rows after the ones there are.
MORE = 1
TO = re.compile(r"(?P<arrow>(?:→|->)\s*)(?P<to>-?\d{1,3})(?=\s*$)", re.MULTILINE)
CHOICE = re.compile(r"^(?P<labels>.+?)\s*(?:→|->)\s*(?P<to>-?\d+)\s*$")


class FlowForm(forms.ModelForm[Flow]):
    class Meta:
        model = Flow
        fields = ("name", "is_on", "phrases")
        widgets = {"phrases": forms.Textarea({"rows": 6})}
        help_texts = {
            "phrases": _(
                "One a line. It is begun when all the words of a line occur in the message, in any of their forms and in any order."
            )
        }


class StepForm(forms.Form):
    """One step. `choices`: a line for each, its label in the three languages, and the step it leads to."""

    do = forms.ChoiceField(label=_("What happens"), choices=[("", "–"), *steps.DOES.items()], required=False)
    what = forms.ChoiceField(label=_("What is asked for"), choices=[("", "–"), *steps.ASKED.items()], required=False)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea({"rows": 3, "placeholder": "Palautan | Jag returnerar | I return it → 3"}),
        help_text=_("One a line: Finnish | Swedish | English → the number of a step, 0 for a person, -1 for the end."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for code, name in settings.LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(
                label=name, required=False, max_length=steps.LONGEST, widget=forms.Textarea({"rows": 2})
            )

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[f"text_{code}"] for code, _name in settings.LANGUAGES]

    @property
    def stored(self) -> dict[str, Any]:
        given = self.cleaned_data
        step: dict[str, Any] = {"do": given["do"]}
        if given["do"] in steps.WITH_TEXT:
            texts = {code: given[f"text_{code}"].strip() for code, _name in settings.LANGUAGES}
            step["text"] = {code: words for code, words in texts.items() if words}
        if given["do"] == "ask":
            step["what"] = given["what"]
        if given["do"] == "choose":
            step["choices"] = [_choice(line) for line in given["choices"].splitlines() if line.strip()]
        return step


class StepForms:
    """The rows of a flow, in order; one whose kind is empty is no step."""

    def __init__(self, forms_: list[StepForm]) -> None:
        self.forms = forms_
        self.problem = ""
        self.stored: list[dict[str, Any]] = []

    @classmethod
    def moved(cls, posted: QueryDict) -> tuple[StepForms, int]:
        """The rows as they were filled in, one of them a place further up or down, and its new place from 0.

        "move" is "2 -1" for the second row upwards. Choices lead to the same steps as before, whose numbers have changed.
        """
        rows = [_filled(posted, n) for n in range(_count(posted))]
        number, _blank, by = str(posted["move"]).partition(" ")
        at = int(number) - 1 if number.isdecimal() else 0
        to = at + (-1 if by == "-1" else 1)
        if 0 <= at < len(rows) and 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
            numbers = {at + 1: to + 1, to + 1: at + 1}
            for row in rows:
                row["choices"] = TO.sub(lambda found: _renumbered(found, numbers), row["choices"])
        return cls([StepForm(initial=row, prefix=f"step{n}") for n, row in enumerate(rows)]), to

    @classmethod
    def of(cls, flow: Flow, posted: QueryDict | None) -> StepForms:
        if posted is None:
            there = [StepForm(initial=_initial(step), prefix=f"step{n}") for n, step in enumerate(flow.steps)]
            return cls([*there, *(StepForm(prefix=f"step{len(there) + n}") for n in range(MORE))])
        count = _count(posted)
        count += MORE if "more" in posted else 0
        return cls([_bound(posted, n) for n in range(count)])

    def is_valid(self) -> bool:
        if not all(form.is_valid() for form in self.forms):
            return False
        self.stored = [form.stored for form in self.forms if form.cleaned_data["do"]]
        try:
            steps.parsed(self.stored)
        except steps.Faulty as problem:
            self.problem = str(problem)
        return not self.problem


def _count(posted: QueryDict) -> int:
    return min(steps.MOST_STEPS, len([name for name in posted if re.fullmatch(r"step\d+-do", name)]))


def _filled(posted: QueryDict, number: int) -> dict[str, str]:
    return {name: posted.get(f"step{number}-{name}", "") for name in StepForm().fields}


def _renumbered(found: re.Match[str], numbers: Mapping[int, int]) -> str:
    to = int(found["to"])
    return f"{found['arrow']}{numbers.get(to, to)}"


def _bound(posted: QueryDict, number: int) -> StepForm:
    prefix = f"step{number}"
    return StepForm(posted, prefix=prefix) if f"{prefix}-do" in posted else StepForm(prefix=prefix)


def _initial(step: Mapping[str, Any]) -> dict[str, Any]:
    texts = {f"text_{code}": words for code, words in step.get("text", {}).items()}
    lines = [_line(choice) for choice in step.get("choices", ())]
    return {"do": step["do"], "what": step.get("what", ""), "choices": "\n".join(lines), **texts}


def _line(choice: Mapping[str, Any]) -> str:
    labels = [choice["label"].get(code, "") for code, _name in settings.LANGUAGES]
    return f"{' | '.join(labels)} → {choice['to']}"


def _choice(line: str) -> dict[str, Any]:
    """A line without an arrow leads to a person: nobody is left standing by a slip."""
    found = CHOICE.match(line.strip())
    labels = [label.strip() for label in (found["labels"] if found else line).split("|")]
    codes = [code for code, _name in settings.LANGUAGES]
    named = {code: label for code, label in zip(codes, labels, strict=False) if label}
    return {"label": named, "to": int(found["to"]) if found else steps.PERSON}
