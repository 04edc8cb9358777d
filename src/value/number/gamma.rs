//! The gamma function and its logarithm, as `math.gamma` and `math.lgamma`.
//!
//! Lanczos' approximation with 13 rational coefficients, as CPython has it, so
//! that results agree to the last bit where the C library does. Errors of domain
//! and range carry the texts of `math`.

use std::f64::consts::PI;

use super::fault::Fault;

const G: f64 = 6.024_680_040_776_73;
const G_LESS_HALF: f64 = 5.524_680_040_776_73;
/// The natural logarithm of pi.
const LOG_PI: f64 = 1.144_729_885_849_400_2;

const NUMERATOR: [f64; 13] = [
    23_531_376_880.410_76,
    42_919_803_642.649_1,
    35_711_959_237.355_67,
    17_921_034_426.037_21,
    6_039_542_586.352_028,
    1_439_720_407.311_721_6,
    248_874_557.862_054_17,
    31_426_415.585_400_194,
    2_876_370.628_935_372_5,
    186_056.265_395_223_5,
    8_071.672_002_365_816,
    210.824_277_751_579_35,
    2.506_628_274_631_000_2,
];

const DENOMINATOR: [f64; 13] = [
    0.0,
    39_916_800.0,
    120_543_840.0,
    150_917_976.0,
    105_258_076.0,
    45_995_730.0,
    13_339_535.0,
    2_637_558.0,
    357_423.0,
    32_670.0,
    1_925.0,
    66.0,
    1.0,
];

fn domain() -> Fault {
    Fault::value("math domain error")
}

fn range() -> Fault {
    Fault::overflow("math range error")
}

/// Lanczos' sum for a positive number; from above or below, whichever cannot overflow.
fn lanczos_sum(x: f64) -> f64 {
    let pairs = NUMERATOR.iter().zip(&DENOMINATOR);
    let (above, below) = if x < 5.0 {
        pairs.rev().fold((0.0, 0.0), |(above, below), (n, d)| (above * x + n, below * x + d))
    } else {
        pairs.fold((0.0, 0.0), |(above, below), (n, d)| (above / x + n, below / x + d))
    };
    above / below
}

/// `sin(pi * x)` without the error of `pi * x` for large numbers.
fn sine_of_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let quarter = (2.0 * y).round() as i64;
    let value = match quarter {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1.0_f64.copysign(x) * value
}

/// `math.gamma(x)`.
pub fn gamma(x: f64) -> Result<f64, Fault> {
    if !x.is_finite() {
        return if x == f64::NEG_INFINITY { Err(domain()) } else { Ok(x) };
    }
    if x == 0.0 || (x < 0.0 && x == x.floor()) {
        return Err(domain());
    }
    if x == x.floor() && x <= 23.0 {
        return Ok((2..x as u64).fold(1.0, |all, n| all * n as f64));
    }
    let size = x.abs();
    let value = if size < 1e-20 {
        1.0 / x
    } else if size > 200.0 {
        return if x < 0.0 { Ok(0.0 / sine_of_pi(x)) } else { Err(range()) };
    } else {
        approximation(x, size)
    };
    if value.is_infinite() { Err(range()) } else { Ok(value) }
}

fn approximation(x: f64, size: f64) -> f64 {
    let y = size + G_LESS_HALF;
    // What was lost in the addition above.
    let lost = if size > G_LESS_HALF { (y - size) - G_LESS_HALF } else { (y - G_LESS_HALF) - size };
    let z = lost * G / y;
    let (power, twice) = if size < 140.0 { (y.powf(size - 0.5), 1) } else { (y.powf(size / 2.0 - 0.25), 2) };
    if x < 0.0 {
        let value = -PI / sine_of_pi(size) / size * y.exp() / lanczos_sum(size);
        (0..twice).fold(value - z * value, |value, _| value / power)
    } else {
        let value = lanczos_sum(size) / y.exp();
        (0..twice).fold(value + z * value, |value, _| value * power)
    }
}

/// `math.lgamma(x)`.
pub fn log_gamma(x: f64) -> Result<f64, Fault> {
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(domain()) } else { Ok(0.0) };
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(-size.ln());
    }
    let mut value = lanczos_sum(size).ln() - G;
    value += (size - 0.5) * ((size + G - 0.5).ln() - 1.0);
    if x < 0.0 {
        value = LOG_PI - sine_of_pi(size).abs().ln() - size.ln() - value;
    }
    if value.is_infinite() { Err(range()) } else { Ok(value) }
}
