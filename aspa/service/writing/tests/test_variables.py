from types import SimpleNamespace

import pytest

from aspa.service.writing.variables import fill, unknown_names

DEE = SimpleNamespace(
    contact=SimpleNamespace(name="Dee Virtanen", first_name="Dee"),
    brand=SimpleNamespace(name="Villa"),
    reference="A-10001",
)
NOBODY = SimpleNamespace(
    contact=SimpleNamespace(name="", first_name=""), brand=SimpleNamespace(name="Villa"), reference="A-10002"
)
ADA = SimpleNamespace(public_name="Ada Aalto", first_name="Ada")


@pytest.mark.parametrize(
    ("conversation", "text", "filled"),
    [
        (DEE, "Hi {{contact.first_name|there}},", "Hi Dee,"),
        (NOBODY, "Hi {{ contact.first_name | there }},", "Hi there,"),
        (NOBODY, "Hi {{contact.first_name}}, welcome", "Hi, welcome"),
        (DEE, "{{brand.name}} / {{agent.first_name}} / {{conversation.reference}}", "Villa / Ada / A-10001"),
        (DEE, "{{contact.secret|nothing}}", "nothing"),
        (DEE, "a { brace } stays {{", "a { brace } stays {{"),
    ],
)
def test_places_are_filled(conversation: object, text: str, filled: str) -> None:
    assert fill(text, conversation=conversation, agent=ADA) == filled  # type: ignore[arg-type]


def test_unknown_names_are_told() -> None:
    assert unknown_names("{{contact.name}} {{contact.nmae|x}}") == ["contact.nmae"]
