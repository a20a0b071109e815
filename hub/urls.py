"""The hub's addresses: the terminals' API under ``/v1/``, the people's page at ``/``."""

from django.urls import path

from hub.fleet.api import api
from hub.fleet.page import overview

urlpatterns = [path("v1/", api.urls), path("", overview)]
