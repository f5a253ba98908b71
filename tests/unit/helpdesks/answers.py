"""What desks answer when asked for what a thin delivery left out; names of others, invented."""

from __future__ import annotations

from typing import Any

FRESHDESK_TICKET: dict[str, Any] = {
    "id": 6541,
    "subject": "Charged twice for order 10442",
    "description": "<div>Hi, I was charged twice.</div>",
    "description_text": "Hi, I was charged twice.",
    "status": 2,
    "priority": 1,
    "source": 1,
    "spam": False,
    "deleted": None,
    "requester_id": 77,
    "requester": {"id": 77, "name": "Dana Reyes", "email": "dana@example.org"},
    "tags": ["billing"],
    "created_at": "2026-11-20T10:12:07Z",
    "updated_at": "2026-11-20T14:25:30Z",
    "fr_due_by": "2026-11-20T18:12:07Z",
}
FRESHDESK_CONVERSATIONS: list[dict[str, Any]] = [
    {
        "id": 1,
        "body": "<div>Intent: refund (0.93)</div>",
        "body_text": "Intent: refund (0.93)",
        "incoming": False,
        "private": True,
        "created_at": "2026-11-20T10:13:00Z",
    },
    {
        "id": 2,
        "body": "<div>It has been three days.</div>",
        "body_text": "It has been three days. ----- Original message ----- Hi",
        "incoming": True,
        "private": False,
        "created_at": "2026-11-20T14:25:30Z",
    },
]
INTERCOM: dict[str, Any] = {
    "type": "conversation",
    "id": "1911149811",
    "created_at": 1790000000,
    "updated_at": 1790090000,
    "state": "closed",
    "source": {
        "type": "email",
        "subject": "Order",
        "body": "<p>I was charged twice.</p>",
        "author": {"type": "user", "id": "5bc", "name": "Dana Reyes"},
    },
    "contacts": {"contacts": [{"id": "5bc"}]},
    "conversation_parts": {
        "conversation_parts": [
            {
                "id": "4413",
                "part_type": "note",
                "body": "<p>Intent: refund</p>",
                "author": {"type": "admin", "id": "8"},
                "created_at": 1790080000,
            },
            {
                "id": "4412",
                "part_type": "comment",
                "body": "<p>It has been three days.</p>",
                "author": {"type": "user", "id": "5bc"},
                "created_at": 1790086400,
            },
        ]
    },
}
HELPSCOUT: dict[str, Any] = {
    "id": 105001,
    "type": "email",
    "status": "active",
    "state": "published",
    "subject": "Charged twice for order 10442",
    "createdAt": "2026-11-20T10:12:07Z",
    "userUpdatedAt": "2026-11-20T14:25:30Z",
    "tags": [{"id": 9, "tag": "billing"}],
    "primaryCustomer": {"id": 706401868, "first": "Dana", "last": "Reyes"},
    "_embedded": {
        "threads": [
            {
                "id": 5,
                "type": "customer",
                "state": "published",
                "body": "It has been<br>three days.",
                "createdBy": {"type": "customer"},
                "createdAt": "2026-11-20T14:25:30Z",
            },
            {"id": 4, "type": "message", "state": "draft", "createdAt": "2026-11-20T13:00:00Z"},
            {"id": 3, "type": "note", "state": "published", "body": "Intent: refund (0.93)"},
            {
                "id": 2,
                "type": "lineitem",
                "state": "published",
                "action": {
                    "type": "merged",
                    "associatedEntities": {"originalConversation": 104999},
                },
            },
            {
                "id": 1,
                "type": "customer",
                "state": "published",
                "body": "I was charged twice.",
                "createdBy": {"type": "customer"},
                "createdAt": "2026-11-20T10:12:07Z",
            },
        ]
    },
}
FRONT_CONVERSATION: dict[str, Any] = {
    "id": "cnv_1042nr10",
    "subject": "Charged twice for order 10442",
    "status": "assigned",
    "recipient": {"handle": "dana@example.org", "name": "Dana Reyes", "role": "from"},
    "tags": [{"id": "tag_1", "name": "Billing"}],
    "created_at": 1790000000.978,
}
FRONT_MESSAGE: dict[str, Any] = {
    "id": "msg_1sb0aaaa",
    "type": "email",
    "is_inbound": True,
    "is_draft": False,
    "created_at": 1790086400.0,
    "text": "It has been three days.",
    "body": "It has been three days.<br />",
    "recipients": [],
}
HUBSPOT_TICKET: dict[str, Any] = {
    "id": "901",
    "properties": {
        "subject": "Charged twice for order 10442",
        "content": "I was charged twice.",
        "createdate": "2026-11-20T10:12:07.123Z",
        "source_type": "FORM",
    },
    "createdAt": "2026-11-20T10:12:07.123Z",
    "associations": {"contacts": {"results": [{"id": "51", "type": "ticket_to_contact"}]}},
}
HUBSPOT_THREAD: dict[str, Any] = {
    "id": "3300112233",
    "status": "OPEN",
    "associatedContactId": "51",
    "threadAssociations": {"associatedTicketId": "901"},
}
HUBSPOT_MESSAGE: dict[str, Any] = {
    "id": "b1c2d3e4f5",
    "type": "MESSAGE",
    "conversationsThreadId": "3300112233",
    "direction": "INCOMING",
    "text": "It has been three days.",
    "richText": "<p>It has been three days.</p>",
    "senders": [{"actorId": "V-51", "name": "Dana Reyes"}],
    "truncationStatus": "NOT_TRUNCATED",
    "createdAt": "2026-11-20T14:25:30Z",
}
