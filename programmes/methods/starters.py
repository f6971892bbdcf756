"""The methods that a new lab can start from: twelve short cards, written for this platform."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class StarterMethod:
    """A card to start from, in French and English. An empty `phase` means any phase."""

    name: StrOrPromise
    phase: str
    minutes: int
    need: StrOrPromise
    material: StrOrPromise
    steps: Sequence[StrOrPromise]

    @property
    def numbered_steps(self) -> str:
        """The steps in the active language, as a numbered list in Markdown."""
        return "\n".join(f"{number}. {step}" for number, step in enumerate(self.steps, start=1))


STARTER_METHODS: Final[Sequence[StarterMethod]] = (
    StarterMethod(
        name=_("Field observation"),
        phase="immersion",
        minutes=240,
        need=_("You want to see what people do, which often differs from what they say they do."),
        material=_("Notebook, phone for pictures, consent sheets"),
        steps=(
            _("Choose a place and an hour when the service is used, and tell the people who work there."),
            _("Watch in pairs for an hour without helping: one writes what happens, the other draws the place."),
            _("Write facts: who does what, with what, for how long. Your thoughts go in the margin."),
            _("Compare both sets of notes on the same day, and choose three surprises."),
        ),
    ),
    StarterMethod(
        name=_("Interview"),
        phase="immersion",
        minutes=60,
        need=_("You need to understand how one person lives a situation, in their own words."),
        material=_("A page with five open questions, a recorder if the person agrees"),
        steps=(
            _("Say who you are, what the interview is for, and that the person can stop at any time."),
            _("Begin with a recent moment: “Tell me about the last time.”"),
            _("Ask how and what, seldom why. Let silences last."),
            _("Ask what the person would change first. Write down three quotes within the hour."),
        ),
    ),
    StarterMethod(
        name=_("User journey"),
        phase="test_case",
        minutes=120,
        need=_("You want to see a service step by step, from the side of the person who uses it."),
        material=_("A long strip of paper, sticky notes in three colours, field notes"),
        steps=(
            _("Choose one person and one aim, such as renewing a card."),
            _("Place each step on the strip, from the first question to the final answer."),
            _("Below each step, note what the person uses, waits for and feels."),
            _("Mark the two steps that cost the most effort: the work begins there."),
        ),
    ),
    StarterMethod(
        name=_("Persona"),
        phase="test_case",
        minutes=90,
        need=_("The team speaks of “users” in general, and each member thinks of someone else."),
        material=_("Field notes, one sheet for each persona"),
        steps=(
            _("Group the people you met by what they try to do, not by age or job."),
            _("Describe one typical person for each group: situation, aim, obstacles, a quote you heard."),
            _("Write next to each trait which note supports it. Mark the others as assumptions."),
            _("Check the personas with someone who meets these people every day."),
        ),
    ),
    StarterMethod(
        name=_("Stakeholder map"),
        phase="preparation",
        minutes=60,
        need=_("Before the work begins, you want to know who can help it or stop it."),
        material=_("A large sheet with two axes, sticky notes"),
        steps=(
            _("List everyone concerned, from the counter to the elected officials, one note each."),
            _("Place each note by influence on the work and by how much the work concerns the person."),
            _("Talk about the notes on which you disagree."),
            _("For each corner, decide whom to involve, ask or inform, and who will do it."),
        ),
    ),
    StarterMethod(
        name=_("Brainstorming"),
        phase="priority_challenges",
        minutes=60,
        need=_("You have a clear question, and want many answers before you choose one."),
        material=_("The question on the wall, sticky notes, a timer"),
        steps=(
            _("Read the question aloud, and check that everyone understands it in the same way."),
            _("Write alone for five minutes, one idea on each note."),
            _("Put the notes on the wall in turn, without comments. Add to the ideas of others for ten minutes."),
            _("Group what is alike, and give each group a name."),
        ),
    ),
    StarterMethod(
        name=_("Choosing priorities"),
        phase="priority_challenges",
        minutes=45,
        need=_("You have more ideas than you can try, and the loudest voice must not decide."),
        material=_("A table of the ideas, pens"),
        steps=(
            _("Agree on three criteria, such as effect for users, effort, and whether it is in your hands."),
            _("Score each idea alone and in silence."),
            _("Look at the ideas whose scores differ most, and hear both sides."),
            _("Choose three at most, and write down why."),
        ),
    ),
    StarterMethod(
        name=_("Paper prototype"),
        phase="test_case",
        minutes=90,
        need=_("You want to show an idea to users tomorrow, not in six months."),
        material=_("Paper, scissors, tape, pens"),
        steps=(
            _("Write down the one question that the prototype must answer."),
            _("Draw the screen, the form or the counter roughly, in full size."),
            _("Play it once among yourselves, and add what is missing."),
            _("Give it to a user with a task, and do not explain anything."),
        ),
    ),
    StarterMethod(
        name=_("Wizard of Oz test"),
        phase="test_case",
        minutes=120,
        need=_("The idea needs a machine or a service that does not exist yet."),
        material=_("A prototype that people can use, a hidden person who answers, a script"),
        steps=(
            _("Decide what the service seems to do by itself, and who does it behind the scenes."),
            _("Write the answers that the hidden person can give."),
            _("Let participants use the service for a real request, and note where they hesitate."),
            _("Tell them afterwards how it worked, and ask whether you may use what you saw."),
        ),
    ),
    StarterMethod(
        name=_("Storyboard"),
        phase="test_case",
        minutes=60,
        need=_("Others must understand in two minutes what an idea changes in someone’s day."),
        material=_("Sheets with six boxes, pens"),
        steps=(
            _("Name the person, and the moment when the story begins."),
            _("Draw the last box first: what is better in the end."),
            _("Fill the boxes between: one action in each, stick figures are enough."),
            _("Tell the story to someone from outside, and redraw the box they ask about."),
        ),
    ),
    StarterMethod(
        name=_("Service blueprint"),
        phase="priority_challenges",
        minutes=150,
        need=_("You want to know who must do what, so that a new service works every day."),
        material=_("The user journey, a wall, sticky notes in four colours"),
        steps=(
            _("Put the steps of the user in a row at the top."),
            _("Below, place what agents do in front of the user, then what is done out of sight."),
            _("Add the tools, contracts and rules on which each step depends."),
            _("Mark what nobody does today, and decide who will."),
        ),
    ),
    StarterMethod(
        name=_("Feedback round"),
        phase="",
        minutes=30,
        need=_("You want useful remarks on a piece of work without a long debate."),
        material=_("The work on the wall or on the table, sticky notes in two colours"),
        steps=(
            _("Show the work in three minutes, and say which question you want answered."),
            _("Everyone writes in silence what to keep and what to change, one remark on each note."),
            _("Read the notes aloud. The authors listen and do not answer."),
            _("The authors say which two remarks they will follow first."),
        ),
    ),
)
