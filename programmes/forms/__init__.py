"""Forms of the programmes app: they parse input; actions and the database apply the rules."""

from programmes.forms.authorities import AdminForm, AuthorityForm, OfficialListForm, PeriodForm
from programmes.forms.editions import EditionForm, EditionStateForm
from programmes.forms.formats import FormatForm, NewFormatForm, ProgrammeForm, StarterForm
from programmes.forms.lessons import LessonAnswerForm, LessonForm, RefuseLessonForm
from programmes.forms.phases import PhasesForm
from programmes.forms.reminder_schedules import ReminderScheduleFormSet
