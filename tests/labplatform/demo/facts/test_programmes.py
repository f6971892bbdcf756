"""Published authorities, programmes, formats, editions and figures."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from cohorts.opening.forms import OpenEditionForm
from labplatform.demo.facts.records import compiled_at
from programmes.actions import revise_format
from programmes.models import Authority, Claim, Edition, Format, Programme
from tests.factories.programmes import EditionFactory
from web.errors import DomainError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


def test_regions_dissolved_in_2016_name_their_successors():
    dissolved = Authority.objects.exclude(dissolved_on=None).order_by("slug")
    assert list(dissolved.values_list("slug", "dissolved_on", "successor__slug")) == [
        ("region-bourgogne", date(2016, 1, 1), "region-bourgogne-franche-comte"),
        ("region-champagne-ardenne", date(2016, 1, 1), "region-grand-est"),
        ("region-rhone-alpes", date(2016, 1, 1), "region-auvergne-rhone-alpes"),
    ]


def test_unverified_siren_is_null():
    unknown = Authority.objects.filter(siren=None).values_list("slug", flat=True)
    assert sorted(unknown) == [
        "epl-balcon-des-ardennes",
        "hauts-de-garonne",
        "lycee-croix-cordier-tinqueux",
        "lycee-gabriel-faure-annecy",
        "lycee-jean-moulin-revin",
        "region-bourgogne",
        "region-champagne-ardenne",
        "region-rhone-alpes",
    ]


def test_authority_has_seat_and_calendar():
    metz = Authority.objects.get(slug="metropole-metz")
    assert (metz.name, metz.seat, metz.latitude, metz.longitude, metz.school_zone, metz.holiday_subdivision) == (
        "Metz",
        "Metz",
        49.12,
        6.18,
        "B",
        "57",
    )


@pytest.mark.parametrize(
    ("slug", "kind", "label"),
    [
        ("ville-paris", "other", "collectivité à statut particulier"),
        ("cu-dunkerque", "intermunicipal", "communauté urbaine"),
        ("metropole-lille", "intermunicipal", "métropole"),
        ("ville-mulhouse", "municipality", ""),
        ("lycee-jean-moulin-revin", "public_establishment", "établissement scolaire public"),
    ],
)
def test_unknown_kind_of_authority_keeps_its_label(slug: str, kind: str, label: str):
    authority = Authority.objects.get(slug=slug)
    assert (authority.kind, authority.kind_label) == (kind, label)


def test_official_name_is_in_the_source_text():
    source = Authority.objects.get(slug="metropole-lille").source
    assert source.split("\n\n")[0] == "Métropole Européenne de Lille."


def test_both_programmes_exist_in_both_languages():
    assert list(Programme.objects.order_by("slug").values_list("slug", "family", "name_fr", "name_en")) == [
        ("residences", "residency", "Territoires en résidences", "Territoires en résidences"),
        ("transfo", "transfo", "La Transfo", "La Transfo"),
    ]
    assert list(Programme.objects.filter(summary_fr="") | Programme.objects.filter(summary_en="")) == []


def test_programme_source_gives_start_and_end_with_known_precision():
    assert Programme.objects.get(slug="transfo").source.split("\n\n")[0] == "Début\u00a0: 30/06/2011. Fin\u00a0: 2020."
    assert Programme.objects.get(slug="residences").source.split("\n\n")[0] == "Début\u00a0: janvier 2009."


NUMBERS = (
    "version",
    "months",
    "onsite_weeks",
    "sessions",
    "days_per_session",
    "seats",
    "day_allowance",
    "first_prototype_months",
    "exchange_interval_months",
    "exchange_days",
)


def test_unpublished_numbers_and_ranges_of_a_format_are_null():
    formats = Format.objects.order_by("programme__slug", "version").values_list(*NUMBERS)
    assert list(formats) == [
        (1, 3, 3, None, None, None, None, None, None, None),
        (2, 6, 3, None, None, None, None, None, None, None),
        (1, 24, 10, None, None, 15, None, 2, 6, 1),
        (2, 15, 7, None, None, 20, None, None, 6, 1),
    ]


def test_ranges_and_unverified_numbers_are_in_the_source_text():
    paragraphs = Format.objects.get(programme__slug="transfo", version=2).source.split("\n\n")
    assert "Jours par agent\u00a0: 35 à 40. Sur toute la démarche, fixés dans une lettre de mission." in paragraphs
    assert "Budget en euros\u00a0: 2\u202f600\u202f000. Pour toute l’édition." in paragraphs
    pilot = Format.objects.get(programme__slug="transfo", version=1).source.split("\n\n")
    assert "Premier prototype, au mois\u00a0: 2 (d’après l’étude de cas seule)." in pilot


def test_formats_are_published_as_of_the_day_the_facts_were_compiled():
    assert set(Format.objects.values_list("published_at", "retrospective")) == {(compiled_at(), True)}


def test_no_new_edition_pins_a_format_that_carries_published_facts():
    published_date = Format.objects.get(programme__slug="transfo", version=2)
    with pytest.raises(IntegrityError, match="edition_format_published"), transaction.atomic():
        EditionFactory(format=published_date, programme=published_date.programme)


def test_only_published_facts_may_lack_numbers():
    published_date = Format.objects.get(programme__slug="transfo", version=2)
    with pytest.raises(IntegrityError, match="format_numbers_known"), transaction.atomic():
        Format.objects.create(programme=published_date.programme, version=9, label="À trous", months=12)


def test_retrospective_flag_never_changes():
    drafted = Format.objects.create(
        programme=Programme.objects.get(slug="transfo"), version=9, label="Brouillon", months=12, seats=15
    )
    with pytest.raises(IntegrityError, match="format_retrospective_fixed"), transaction.atomic():
        Format.objects.filter(pk=drafted.pk).update(retrospective=True)


def test_editions_have_the_dates_that_are_known():
    rows = Edition.objects.order_by("slug").values_list(
        "slug", "starts_on", "starts_precision", "ends_on", "ends_precision", "state", "planned_authorities"
    )
    assert list(rows) == [
        ("residences-2009", date(2009, 1, 1), "month", None, "day", "closed", None),
        ("transfo-1", date(2011, 6, 30), "day", date(2014, 10, 1), "month", "closed", 4),
        ("transfo-2", date(2016, 6, 23), "day", date(2020, 1, 1), "year", "closed", 10),
    ]
    assert set(Edition.objects.values_list("retrospective", "demonstration")) == {(True, False)}


def test_funders_are_listed():
    assert Edition.objects.get(slug="transfo-2").funders.split("\n") == [
        "Collectivités partenaires (55\u202f%)",
        "Bloomberg Philanthropies (45\u202f%)",
    ]


def test_case_study_figures_are_unverified_claims_without_definition():
    rows = Claim.objects.filter(verified=False).values_list("programme__slug", "metric", "value", "as_of", "definition")
    assert sorted(rows) == [
        ("transfo", "ideas_implemented_percent", Decimal(50), None, ""),
        ("transfo", "network_civil_servants_later", Decimal(70), None, ""),
        ("transfo", "network_civil_servants_start", Decimal(15), None, ""),
    ]


def test_page_shows_the_note_on_unverified_figures_once():
    sources = set(Claim.objects.filter(verified=False).values_list("source", flat=True))
    assert sources == {"Étude de cas à l’origine du projet"}


@pytest.mark.parametrize(
    ("metric", "value", "edition", "scope"),
    [
        ("authorities_planned", 10, "transfo-2", ""),
        ("referents", 13, "transfo-1", "Transfo Champagne-Ardenne"),
        ("referents", 10, "transfo-1", "Transfo Champagne-Ardenne, Le Labo"),
        ("prototypes_of_bins", 15, "transfo-2", "Transfo Mulhouse"),
    ],
)
def test_figure_belongs_to_the_edition_it_was_published_for(metric: str, value: int, edition: str, scope: str):
    claim = Claim.objects.get(metric=metric, value=value)
    assert (claim.edition.slug, claim.programme, claim.scope) == (edition, None, scope)


def test_approximate_figure_is_marked():
    assert sorted(Claim.objects.filter(approximate=True).values_list("metric", flat=True)) == [
        "campus_agents",
        "scenarios_and_prototypes_tested",
    ]


def test_edition_form_does_not_offer_published_formats():
    assert list(OpenEditionForm().formats.queryset) == []


def test_published_version_can_be_revised_with_complete_numbers():
    published_date = Format.objects.get(programme__slug="transfo", version=2)
    revised = revise_format(format=published_date, by=None, sessions=12, days_per_session=2)
    assert (revised.version, revised.retrospective, revised.published, revised.months) == (3, False, False, 15)


def test_revision_without_numbers_is_refused_with_a_message():
    published_date = Format.objects.get(programme__slug="transfo", version=2)
    with override("en"), pytest.raises(DomainError, match="Give every number of the format"):
        revise_format(format=published_date, by=None)


def test_published_school_zones_match_their_codes():
    coded = Authority.objects.exclude(insee_code="").order_by("slug")
    assert coded.count() == 13
    assert [(row.slug, row.territory.school_zone) for row in coded] == [(row.slug, row.school_zone) for row in coded]
