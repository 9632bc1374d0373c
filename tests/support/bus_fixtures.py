# SPDX-License-Identifier: GPL-3.0-or-later
"""pytest fixtures over bus_harness: import the names into a test module."""

import pytest

import bus_harness


@pytest.fixture
def private_bus(tmp_path):
    bus = bus_harness.PrivateBus(tmp_path)
    yield bus
    bus.stop()


@pytest.fixture
def driver(private_bus):
    driver = bus_harness.Driver(private_bus.address)
    yield driver
    # Sanitizers speak by the exit status.
    assert driver.stop() == 0


@pytest.fixture
def client(private_bus, driver):
    client = bus_harness.Client(private_bus.address)
    yield client
    client.close()
