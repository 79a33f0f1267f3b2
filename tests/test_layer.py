"""Layers, and where they are kept."""

from stackerr import _layer, new, wrap


def test_a_layer_knows_its_frame_and_its_callers():
    """Resolved on demand."""
    layer = _layer.layer_of(wrap(KeyError("id"), "m"))
    assert layer.frame().function == "test_a_layer_knows_its_frame_and_its_callers"
    assert layer.callers()[0] == layer.frame()
    assert _layer.make_layer(None, None, None, None, 0, {}).frame() is None
    assert _layer.make_layer(None, None, None, None, 0, {}).callers() == ()


def test_only_errors_of_ours_have_an_origin():
    """And only transparent copies a layer of their own."""
    assert _layer.origin_of(new("m")) is not None
    assert _layer.origin_of(KeyError()) is None
    assert _layer.layer_of(KeyError()) is None
