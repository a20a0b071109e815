"""The hub's addresses: the terminals' API under ``/v1/``, the people's pages at ``/``."""

from django.urls import path

from hub.fleet.api import api
from hub.fleet.page import corrections, overview

urlpatterns = [path("v1/", api.urls), path("corrections", corrections), path("", overview)]
