"""Addresses of online enquiries and common questions at the bureau."""

from django.urls import URLPattern, URLResolver, include, path

from .views import common_questions, enquiries, enquiry_acts

enquiry_urls = [
    path("", enquiries.Enquiries.as_view(), name="list"),
    path("measures/", enquiries.measures, name="measures"),
    path("<int:pk>/", enquiries.detail, name="detail"),
    path("<int:pk>/assign/", enquiry_acts.AssignEnquiry.as_view(), name="assign"),
    path("<int:pk>/forward/", enquiry_acts.ForwardEnquiry.as_view(), name="forward"),
    path("<int:pk>/hand-back/", enquiry_acts.hand_back, name="hand_back"),
    path("<int:pk>/merge/", enquiry_acts.MergeEnquiry.as_view(), name="merge"),
    path("<int:pk>/draft/", enquiry_acts.DraftReply.as_view(), name="draft"),
    path("<int:pk>/submit/", enquiry_acts.submit, name="submit"),
    path("<int:pk>/send-back/", enquiry_acts.send_back, name="send_back"),
    path("<int:pk>/issue/", enquiry_acts.issue, name="issue"),
    path("<int:pk>/answer/", enquiry_acts.answer, name="answer"),
    path("<int:pk>/reopen/", enquiry_acts.reopen, name="reopen"),
    path("<int:pk>/close/", enquiry_acts.close, name="close"),
    path("<int:pk>/dismiss/", enquiry_acts.dismiss, name="dismiss"),
    path("<int:pk>/reveal/", enquiry_acts.reveal, name="reveal"),
    path("<int:pk>/publish/", enquiry_acts.PublishQuestion.as_view(), name="publish"),
]

question_urls = [
    path("", common_questions.CommonQuestions.as_view(), name="list"),
    path("<int:pk>/", common_questions.detail, name="detail"),
    path("<int:pk>/withdraw/", common_questions.withdraw, name="withdraw"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("enquiries/", include((enquiry_urls, "enquiries"))),
    path("common-questions/", include((question_urls, "common_questions"))),
]
