# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields

class State(_fields.Message):
    """lifecycle_msgs/msg/State"""

    PRIMARY_STATE_UNKNOWN: typing.ClassVar[int] = 0
    PRIMARY_STATE_UNCONFIGURED: typing.ClassVar[int] = 1
    PRIMARY_STATE_INACTIVE: typing.ClassVar[int] = 2
    PRIMARY_STATE_ACTIVE: typing.ClassVar[int] = 3
    PRIMARY_STATE_FINALIZED: typing.ClassVar[int] = 4
    TRANSITION_STATE_CONFIGURING: typing.ClassVar[int] = 10
    TRANSITION_STATE_CLEANINGUP: typing.ClassVar[int] = 11
    TRANSITION_STATE_SHUTTINGDOWN: typing.ClassVar[int] = 12
    TRANSITION_STATE_ACTIVATING: typing.ClassVar[int] = 13
    TRANSITION_STATE_DEACTIVATING: typing.ClassVar[int] = 14
    TRANSITION_STATE_ERRORPROCESSING: typing.ClassVar[int] = 15
    id: int
    label: str

    def __init__(
        self,
        *,
        id: int = 0,
        label: str = "",
    ) -> None: ...

class Transition(_fields.Message):
    """lifecycle_msgs/msg/Transition"""

    TRANSITION_CREATE: typing.ClassVar[int] = 0
    TRANSITION_CONFIGURE: typing.ClassVar[int] = 1
    TRANSITION_CLEANUP: typing.ClassVar[int] = 2
    TRANSITION_ACTIVATE: typing.ClassVar[int] = 3
    TRANSITION_DEACTIVATE: typing.ClassVar[int] = 4
    TRANSITION_UNCONFIGURED_SHUTDOWN: typing.ClassVar[int] = 5
    TRANSITION_INACTIVE_SHUTDOWN: typing.ClassVar[int] = 6
    TRANSITION_ACTIVE_SHUTDOWN: typing.ClassVar[int] = 7
    TRANSITION_DESTROY: typing.ClassVar[int] = 8
    TRANSITION_ON_CONFIGURE_SUCCESS: typing.ClassVar[int] = 10
    TRANSITION_ON_CONFIGURE_FAILURE: typing.ClassVar[int] = 11
    TRANSITION_ON_CONFIGURE_ERROR: typing.ClassVar[int] = 12
    TRANSITION_ON_CLEANUP_SUCCESS: typing.ClassVar[int] = 20
    TRANSITION_ON_CLEANUP_FAILURE: typing.ClassVar[int] = 21
    TRANSITION_ON_CLEANUP_ERROR: typing.ClassVar[int] = 22
    TRANSITION_ON_ACTIVATE_SUCCESS: typing.ClassVar[int] = 30
    TRANSITION_ON_ACTIVATE_FAILURE: typing.ClassVar[int] = 31
    TRANSITION_ON_ACTIVATE_ERROR: typing.ClassVar[int] = 32
    TRANSITION_ON_DEACTIVATE_SUCCESS: typing.ClassVar[int] = 40
    TRANSITION_ON_DEACTIVATE_FAILURE: typing.ClassVar[int] = 41
    TRANSITION_ON_DEACTIVATE_ERROR: typing.ClassVar[int] = 42
    TRANSITION_ON_SHUTDOWN_SUCCESS: typing.ClassVar[int] = 50
    TRANSITION_ON_SHUTDOWN_FAILURE: typing.ClassVar[int] = 51
    TRANSITION_ON_SHUTDOWN_ERROR: typing.ClassVar[int] = 52
    TRANSITION_ON_ERROR_SUCCESS: typing.ClassVar[int] = 60
    TRANSITION_ON_ERROR_FAILURE: typing.ClassVar[int] = 61
    TRANSITION_ON_ERROR_ERROR: typing.ClassVar[int] = 62
    TRANSITION_CALLBACK_SUCCESS: typing.ClassVar[int] = 97
    TRANSITION_CALLBACK_FAILURE: typing.ClassVar[int] = 98
    TRANSITION_CALLBACK_ERROR: typing.ClassVar[int] = 99
    id: int
    label: str

    def __init__(
        self,
        *,
        id: int = 0,
        label: str = "",
    ) -> None: ...

class TransitionDescription(_fields.Message):
    """lifecycle_msgs/msg/TransitionDescription"""

    transition: Transition
    start_state: State
    goal_state: State

    def __init__(
        self,
        *,
        transition: _fields.AnyMessage[Transition] = ...,
        start_state: _fields.AnyMessage[State] = ...,
        goal_state: _fields.AnyMessage[State] = ...,
    ) -> None: ...

class TransitionEvent(_fields.Message):
    """lifecycle_msgs/msg/TransitionEvent"""

    timestamp: int
    transition: Transition
    start_state: State
    goal_state: State

    def __init__(
        self,
        *,
        timestamp: int = 0,
        transition: _fields.AnyMessage[Transition] = ...,
        start_state: _fields.AnyMessage[State] = ...,
        goal_state: _fields.AnyMessage[State] = ...,
    ) -> None: ...
