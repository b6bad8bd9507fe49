"""What a node says of the graph, in the words of ``rclpy.node``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .._native import TopicEndpointInfo, ZNode

_NAMES_AND_TYPES: TypeAlias = "list[tuple[str, list[str]]]"


class NodeGraph:
    """What a node knows of itself and of others."""

    node: ZNode

    def get_name(self) -> str:
        """The name."""
        return self.node.name

    def get_namespace(self) -> str:
        """The namespace."""
        return self.node.namespace

    def get_fully_qualified_name(self) -> str:
        """Namespace and name."""
        return self.node.fully_qualified_name

    def get_topic_names_and_types(self) -> _NAMES_AND_TYPES:
        """All topics with their types."""
        return self.node.get_topic_names_and_types()

    def get_service_names_and_types(self) -> _NAMES_AND_TYPES:
        """All services with their types."""
        return self.node.get_service_names_and_types()

    def get_publisher_names_and_types_by_node(self, node_name: str, node_namespace: str) -> _NAMES_AND_TYPES:
        """The topics that a node publishes on, with their types."""
        return self.node.get_publisher_names_and_types_by_node(node_name, node_namespace)

    def get_subscriber_names_and_types_by_node(self, node_name: str, node_namespace: str) -> _NAMES_AND_TYPES:
        """The topics that a node subscribes to, with their types."""
        return self.node.get_subscriber_names_and_types_by_node(node_name, node_namespace)

    def get_service_names_and_types_by_node(self, node_name: str, node_namespace: str) -> _NAMES_AND_TYPES:
        """The services that a node serves, with their types."""
        return self.node.get_service_names_and_types_by_node(node_name, node_namespace)

    def get_client_names_and_types_by_node(self, node_name: str, node_namespace: str) -> _NAMES_AND_TYPES:
        """The services that a node calls, with their types."""
        return self.node.get_client_names_and_types_by_node(node_name, node_namespace)

    def get_node_names(self) -> list[str]:
        """The names of all nodes."""
        return self.node.get_node_names()

    def get_node_names_and_namespaces(self) -> list[tuple[str, str]]:
        """The names and namespaces of all nodes."""
        return self.node.get_node_names_and_namespaces()

    def get_node_names_and_namespaces_with_enclaves(self) -> list[tuple[str, str, str]]:
        """The names, namespaces and enclaves of all nodes."""
        return self.node.get_node_names_and_namespaces_with_enclaves()

    def get_publishers_info_by_topic(self, topic_name: str) -> list[TopicEndpointInfo]:
        """What the graph says of each publisher of a topic."""
        return self.node.get_publishers_info_by_topic(topic_name)

    def get_subscriptions_info_by_topic(self, topic_name: str) -> list[TopicEndpointInfo]:
        """What the graph says of each subscription to a topic."""
        return self.node.get_subscriptions_info_by_topic(topic_name)

    def count_publishers(self, topic_name: str) -> int:
        """How many publishers a topic has."""
        return self.node.count_publishers(topic_name)

    def count_subscribers(self, topic_name: str) -> int:
        """How many subscriptions a topic has."""
        return self.node.count_subscribers(topic_name)

    def count_clients(self, service_name: str) -> int:
        """How many clients a service has."""
        return self.node.count_clients(service_name)

    def count_services(self, service_name: str) -> int:
        """How many servers a service has."""
        return self.node.count_services(service_name)

    def wait_for_node(self, fully_qualified_node_name: str, timeout: float) -> bool:
        """Waits until a node is there; whether it is when the time is up."""
        return self.node.wait_for_node(fully_qualified_node_name, timeout)
