"""Models of the programmes app: authorities, programmes, their format versions and editions, lessons and methods."""

from programmes.methods.models import Method
from programmes.models.authorities import Authority, AuthorityAdmin, CalendarPeriod
from programmes.models.editions import Claim, Edition
from programmes.models.formats import Format, FormatPhase, Programme, ReminderStep
from programmes.models.lessons import Lesson
from programmes.models.official_list import ListedAuthority
