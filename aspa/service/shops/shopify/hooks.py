"""Shopify's webhooks, set up by its GraphQL API (https://shopify.dev/docs/apps/build/webhooks/subscribe).

An app sees those alone that it has made itself, and its secret signs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.service.shops import doors
from aspa.service.shops.connector import Hook
from aspa.service.shops.shopify.asking import graphql

if TYPE_CHECKING:
    from aspa.service.commerce.models import Source

# In the words of the posts' own header.
TOPICS = (
    "customers/create",
    "customers/update",
    "products/create",
    "products/update",
    "products/delete",
    "checkouts/create",
    "checkouts/update",
    "orders/create",
    "orders/updated",
    "orders/delete",
)
LIST = "query { webhookSubscriptions(first: 250) { nodes { id topic uri } } }"
ADD = """
mutation ($topic: WebhookSubscriptionTopic!, $hook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $hook) { userErrors { message } }
}"""
REMOVE = "mutation ($id: ID!) { webhookSubscriptionDelete(id: $id) { userErrors { message } } }"


def found(source: Source) -> list[Hook]:
    """Those that lead to our door. One that failed too often isn't switched off but gone."""
    answer = graphql(source, LIST, {})
    ours = {_name(topic): topic for topic in TOPICS}
    return [
        Hook(one.needed("id"), ours.get(one.text("topic"), one.text("topic")))
        for one in answer.within("webhookSubscriptions").each("nodes")
        if one.text("uri") == doors.address(source)
    ]


def add(source: Source, topic: str) -> None:
    hook = {"uri": doors.address(source), "format": "JSON"}
    graphql(source, ADD, {"topic": _name(topic), "hook": hook}, mutation="webhookSubscriptionCreate")


def remove(source: Source, hook: Hook) -> None:
    graphql(source, REMOVE, {"id": hook.id}, mutation="webhookSubscriptionDelete")


def _name(topic: str) -> str:
    """ "orders/create" as GraphQL has it."""
    return topic.upper().replace("/", "_")
