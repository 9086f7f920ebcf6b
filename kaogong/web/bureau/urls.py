"""Addresses of the bureau's door. An act's name is its move's verb, so the buttons find it."""

from django.urls import include, path

from kaogong.web.parts.doors import behind_door

from . import (
    urls_audit,
    urls_demand,
    urls_departments,
    urls_enquiries,
    urls_filing,
    urls_grants,
    urls_looking,
    urls_modes,
    urls_money,
    urls_outcomes,
    urls_oversight,
    urls_payees,
    urls_planning,
    urls_presence,
    urls_providers,
    urls_recoveries,
    urls_returns,
    urls_risk,
    urls_statements,
    urls_statistics,
    urls_supervision,
)
from .views import accounts, catalog, certificates, classes, home, institutions, people, subsidised, trail

app_name = "bureau"

institution_urls = [
    path("", institutions.Institutions.as_view(), name="list"),
    path("register/", institutions.RegisterInstitution.as_view(), name="register"),
    path("<int:pk>/", institutions.detail, name="detail"),
    path("<int:pk>/contract/", institutions.DraftContract.as_view(), name="draft_contract"),
]

contract_urls = [
    path("<int:pk>/recognise/", institutions.recognise, name="recognise"),
    path("<int:pk>/suspend/", institutions.suspend, name="suspend"),
    path("<int:pk>/resume/", institutions.resume, name="resume"),
    path("<int:pk>/end/", institutions.EndContract.as_view(), name="end_contract"),
]

class_urls = [
    path("", classes.Classes.as_view(), name="list"),
    path("<int:pk>/", classes.detail, name="detail"),
    path("<int:pk>/roster/", classes.roster, name="roster"),
    path("<int:pk>/attendance/", classes.attendance, name="attendance"),
    path("<int:pk>/results/", classes.results, name="results"),
    path("<int:pk>/approve/", classes.approve, name="approve"),
    path("<int:pk>/return/", classes.send_back, name="return"),
    path("<int:pk>/cancel/", classes.cancel, name="cancel"),
    *urls_filing.of_class,
]

people_urls = [
    path("", people.People.as_view(), name="list"),
    path("find/", people.find, name="find"),
    path("<int:pk>/", people.detail, name="detail"),
    path("<int:pk>/group/", people.RecordGroup.as_view(), name="record_group"),
    path("<int:pk>/standing/", people.RecordStanding.as_view(), name="record_standing"),
    path("<int:pk>/subsidy/", people.RegisterSubsidy.as_view(), name="register_subsidy"),
]

certificate_urls = [
    path("", certificates.Certificates.as_view(), name="list"),
    path("<int:pk>/", certificates.detail, name="detail"),
    path("<int:pk>/pdf/", certificates.pdf, name="pdf"),
    path("<int:pk>/hold/", certificates.hold, name="hold"),
    path("<int:pk>/release/", certificates.release, name="release"),
    path("<int:pk>/revoke/", certificates.revoke, name="revoke"),
    path("register/<int:person_id>/", certificates.RegisterCertificate.as_view(), name="register"),
]

listing_urls = [
    path("", subsidised.Listings.as_view(), name="list"),
    path("add/", subsidised.AddListing.as_view(), name="add"),
    path("<int:pk>/end/", subsidised.EndListing.as_view(), name="end"),
]

trail_urls = [
    path("", trail.Trail.as_view(), name="list"),
    path("chain/", trail.chain, name="chain"),
]

account_urls = [
    path("", accounts.Accounts.as_view(), name="list"),
    path("open/", accounts.OpenAccount.as_view(), name="open"),
    path("<int:pk>/close/", accounts.close, name="close"),
]

urlpatterns = behind_door(
    "bureau",
    [
        path("", home.home, name="home"),
        path("institutions/", include((institution_urls, "institutions"))),
        path("contracts/", include((contract_urls, "contracts"))),
        path("classes/", include((class_urls, "classes"))),
        path("people/", include((people_urls, "people"))),
        path("certificates/", include((certificate_urls, "certificates"))),
        path("subsidised/", include((listing_urls, "subsidised"))),
        path("trail/", include((trail_urls, "trail"))),
        path("accounts/", include((account_urls, "accounts"))),
        path("occupations/", catalog.occupations, name="occupations"),
        path("occupations/scope/", catalog.scope, name="occupation_scope"),
        *urls_money.urlpatterns,
        *urls_grants.urlpatterns,
        *urls_looking.urlpatterns,
        *urls_modes.urlpatterns,
        *urls_outcomes.urlpatterns,
        *urls_supervision.urlpatterns,
        *urls_providers.urlpatterns,
        *urls_filing.urlpatterns,
        *urls_payees.urlpatterns,
        *urls_risk.urlpatterns,
        *urls_recoveries.urlpatterns,
        *urls_statements.urlpatterns,
        *urls_oversight.urlpatterns,
        *urls_presence.urlpatterns,
        *urls_audit.urlpatterns,
        *urls_statistics.urlpatterns,
        *urls_returns.urlpatterns,
        *urls_departments.urlpatterns,
        *urls_planning.urlpatterns,
        *urls_demand.urlpatterns,
        *urls_enquiries.urlpatterns,
    ],
)
