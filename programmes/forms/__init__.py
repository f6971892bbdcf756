"""Forms of the programmes app: they read what people typed; verbs and database decide."""

from programmes.forms.authorities import AdminForm, AuthorityForm, PeriodForm
from programmes.forms.editions import EditionForm, MoveForm
from programmes.forms.formats import FormatForm, NewFormatForm, ProgrammeForm
from programmes.forms.ladders import LadderFormSet
from programmes.forms.phases import PhasesForm

__all__ = [
    "AdminForm",
    "AuthorityForm",
    "EditionForm",
    "FormatForm",
    "LadderFormSet",
    "MoveForm",
    "NewFormatForm",
    "PeriodForm",
    "PhasesForm",
    "ProgrammeForm",
]
