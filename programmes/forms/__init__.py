"""Forms of the programmes app: they read what people typed; actions and database decide."""

from programmes.forms.authorities import AdminForm, AuthorityForm, PeriodForm
from programmes.forms.editions import EditionForm, MoveForm
from programmes.forms.formats import FormatForm, NewFormatForm, ProgrammeForm
from programmes.forms.lessons import AnswerForm, LessonForm, RefuseForm
from programmes.forms.phases import PhasesForm
from programmes.forms.reminder_schedules import LadderFormSet

__all__ = [
    "AdminForm",
    "AnswerForm",
    "AuthorityForm",
    "EditionForm",
    "FormatForm",
    "LadderFormSet",
    "LessonForm",
    "MoveForm",
    "NewFormatForm",
    "PeriodForm",
    "PhasesForm",
    "ProgrammeForm",
    "RefuseForm",
]
