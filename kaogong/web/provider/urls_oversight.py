"""Addresses of what the provider is asked, accused of, and complains of itself."""

from django.urls import URLPattern, URLResolver, include, path

from kaogong.web.parts.enquiry_views import addresses

from .views import oversight

_inquiries = [
    path("", oversight.Inquiries.as_view(), name="list"),
    path("<int:pk>/", oversight.AnswerInquiry.as_view(), name="detail"),
]
_sanctions = [
    path("", oversight.Sanctions.as_view(), name="list"),
    path("<int:pk>/", oversight.sanction, name="detail"),
    path("<int:pk>/plead/", oversight.PleadSanction.as_view(), name="plead"),
]
_complaints = [
    path("", oversight.Complaints.as_view(), name="list"),
    path("file/", oversight.FileComplaint.as_view(), name="file"),
    path("<int:pk>/", oversight.complaint, name="detail"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("inquiries/", include((_inquiries, "inquiries"))),
    path("sanctions/", include((_sanctions, "sanctions"))),
    path("complaints/", include((_complaints, "complaints"))),
    path("enquiries/", include((addresses("provider", "rail.html"), "enquiries"))),
]
