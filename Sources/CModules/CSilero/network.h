#pragma once
#include "CSilero.h"

// The shape of the network.
enum {
    Frames = 4,
    FrameSize = 256,
    Hop = 128,
    // Samples after the reflection of the last 64.
    Padded = (Frames - 1) * Hop + FrameSize,
    Bins = FrameSize / 2 + 1,
    // Complex points of the transform of one real frame.
    Points = FrameSize / 2,
    Hidden = 128,
    Gates = 4 * Hidden,
    Layers = 4,
    // Outputs side by side in packed weights.
    Block = 8,
};

// `weights` are [outputs / Block][inputs][Block], and an input is a tap and then a channel, so that a convolution over
// frames that lie one behind the other is a plain product.
typedef struct Dense {
    int32_t inputs, outputs;
    float *weights;
    float *bias;
} Dense;

struct SileroNetwork {
    // Cosine and sine of the turns k/128 and k/256.
    float cosine128[Points], sine128[Points], cosine256[Bins], sine256[Bins];
    float window[FrameSize];
    Dense convolution[Layers];
    // Inputs: 128 of the encoder, then 128 of the state before.
    Dense gates;
    float output[Hidden];
    float outputBias;
};

// Everything for 16 lanes; a single window uses the same memory.
struct SileroScratch {
    _Alignas(64) float samples[Padded * SileroLanes];
    _Alignas(64) float spectrum[2][2 * Points * SileroLanes];
    // A frame of zeros before and one after: only the single window needs them.
    _Alignas(64) float magnitudes[(Frames + 2) * Bins * SileroLanes];
    _Alignas(64) float first[(Frames + 2) * 128 * SileroLanes];
    _Alignas(64) float second[(2 + 2) * 64 * SileroLanes];
    _Alignas(64) float third[3 * 64 * SileroLanes];
    // The encoder's result, then `h`.
    _Alignas(64) float joined[2 * Hidden * SileroLanes];
    _Alignas(64) float gates[Gates * SileroLanes];
    _Alignas(64) float cell[Hidden * SileroLanes];
};
