"""Addresses of the bureau's pages of demand."""

from django.urls import include, path

from .views import (
    demand_lists,
    demand_majors,
    demand_market,
    demand_rounds,
    demand_shortage,
    demand_talents,
    demand_vacancies,
    demand_wages,
)

_rounds = [
    path("", demand_rounds.Rounds.as_view(), name="list"),
    path("new/", demand_rounds.DraftRound.as_view(), name="draft"),
    path("<int:pk>/", demand_rounds.detail, name="detail"),
    path("<int:pk>/open/", demand_rounds.open_round, name="open"),
    path("<int:pk>/close/", demand_rounds.close_round, name="close"),
    path("<int:pk>/ask/", demand_rounds.Ask.as_view(), name="ask"),
    path("<int:pk>/ask-all/", demand_rounds.ask_all, name="ask_all"),
    path("<int:pk>/remind/", demand_rounds.remind, name="remind"),
    path("<int:pk>/replies/", demand_rounds.Replies.as_view(), name="replies"),
    path("<int:pk>/add-up/", demand_wages.add_up, name="add_up"),
]
_replies = [path("<int:pk>/", demand_rounds.reply, name="detail")]
_vacancies = [
    path("", demand_vacancies.VacancyLists.as_view(), name="list"),
    path("import/", demand_vacancies.ImportVacancies.as_view(), name="import"),
    path("form/", demand_vacancies.vacancy_form, name="form"),
    path("<int:pk>/", demand_vacancies.vacancy_list, name="detail"),
    path("<int:pk>/discard/", demand_vacancies.discard, name="discard"),
]
_wishes = [
    path("", demand_vacancies.Wishes.as_view(), name="list"),
    path("occupations/", demand_vacancies.WishedOccupations.as_view(), name="occupations"),
    path("import/", demand_vacancies.ImportWishes.as_view(), name="import"),
    path("form/", demand_vacancies.wish_form, name="form"),
]
_shortage = [
    path("", demand_shortage.Runs.as_view(), name="list"),
    path("compute/", demand_shortage.compute, name="compute"),
    path("<int:pk>/", demand_shortage.Rows.as_view(), name="detail"),
    path("<int:pk>/levels/", demand_shortage.Levels.as_view(), name="levels"),
    path("<int:pk>/openings/", demand_shortage.Openings.as_view(), name="openings"),
    path("rows/<int:pk>/", demand_shortage.row, name="row"),
]
_lists = [
    path("", demand_lists.Lists.as_view(), name="list"),
    path("new/", demand_lists.DraftList.as_view(), name="draft"),
    path("<int:pk>/", demand_lists.detail, name="detail"),
    path("<int:pk>/add/", demand_lists.AddEntry.as_view(), name="add"),
    path("<int:pk>/drop/", demand_lists.DropEntry.as_view(), name="drop"),
    path("<int:pk>/propose/", demand_lists.propose, name="propose"),
    path("<int:pk>/return/", demand_lists.return_list, name="return"),
    path("<int:pk>/publish/", demand_lists.Publish.as_view(), name="publish"),
    path("<int:pk>/withdraw/", demand_lists.withdraw, name="withdraw"),
]
_majors = [
    path("", demand_majors.Majors.as_view(), name="list"),
    path("import/", demand_majors.ImportMajors.as_view(), name="import"),
    path("form/", demand_majors.major_form, name="form"),
    path("<int:pk>/tag/", demand_majors.TagMajor.as_view(), name="tag"),
    path("<int:pk>/end/", demand_majors.EndMajor.as_view(), name="end"),
]
_wages = [
    path("", demand_wages.Guides.as_view(), name="list"),
    path("<int:pk>/", demand_wages.detail, name="detail"),
    path("<int:pk>/publish/", demand_wages.publish, name="publish"),
    path("<int:pk>/withdraw/", demand_wages.withdraw, name="withdraw"),
]
_bulletins = [
    path("", demand_market.Bulletins.as_view(), name="list"),
    path("new/", demand_market.Draft.as_view(), name="draft"),
    path("form/", demand_market.seekers_form, name="form"),
    path("<int:pk>/", demand_market.detail, name="detail"),
    path("<int:pk>/seekers/", demand_market.ImportSeekers.as_view(), name="seekers"),
    path("<int:pk>/propose/", demand_market.propose, name="propose"),
    path("<int:pk>/return/", demand_market.return_bulletin, name="return"),
    path("<int:pk>/publish/", demand_market.publish, name="publish"),
    path("<int:pk>/withdraw/", demand_market.withdraw, name="withdraw"),
]
_talents = [
    path("", demand_talents.Talents.as_view(), name="list"),
    path("units/", demand_talents.Units.as_view(), name="units"),
    path("import/", demand_talents.ImportTalents.as_view(), name="import"),
    path("form/", demand_talents.talent_form, name="form"),
    path("<int:pk>/leave/", demand_talents.Leave.as_view(), name="leave"),
    path("<int:pk>/judge/", demand_talents.Judge.as_view(), name="judge"),
]

urlpatterns = [
    path("demand/rounds/", include((_rounds, "demand_rounds"))),
    path("demand/replies/", include((_replies, "demand_replies"))),
    path("demand/vacancies/", include((_vacancies, "vacancies"))),
    path("demand/wishes/", include((_wishes, "wishes"))),
    path("demand/shortage/", include((_shortage, "shortage"))),
    path("demand/lists/", include((_lists, "shortage_lists"))),
    path("demand/market/", include((_bulletins, "market_bulletins"))),
    path("demand/talents/", include((_talents, "talents"))),
    path("demand/majors/", include((_majors, "majors"))),
    path("demand/wages/", include((_wages, "wage_guides"))),
]
