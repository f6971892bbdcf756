"""Forms that create one row, even when they are sent twice."""

from web.forms.idempotency import IdempotentForm


def test_each_idempotent_form_has_its_own_key():
    first, second = IdempotentForm(), IdempotentForm()
    assert first["idempotency_key"].value() == first["idempotency_key"].value() != second["idempotency_key"].value()
