//! What the functions of `random` draw: integers of ranges, choices, deviates.
//!
//! Each consumes the generator exactly as CPython 3.12 does, so that a seeded
//! program prints the same. Sequences are seen as lengths and indexes only.

use std::collections::HashSet;
use std::f64::consts::{E, PI, TAU};

use super::bytes::{ByteOrder, to_bytes};
use super::decimal::decimal;
use super::division::floor_div;
use super::fault::{Fault, FaultKind};
use super::float::{float_div, float_mod};
use super::gamma::log_gamma;
use super::integer::{Integer, IntegerRef};
use super::mersenne::Mersenne;
use super::power::{Power, float_pow};

impl Mersenne {
    /// `randbytes(n)`.
    pub fn bytes(&mut self, count: i64) -> Result<Vec<u8>, Fault> {
        let drawn = self.bits(count.saturating_mul(8))?;
        to_bytes(drawn.as_ref(), count, ByteOrder::Little, false)
    }

    /// `randrange(stop)`.
    pub fn range_below(&mut self, stop: IntegerRef<'_>) -> Result<Integer, Fault> {
        if stop.is_zero() || stop.is_negative() {
            return Err(Fault::value("empty range for randrange()"));
        }
        self.integer_below(stop)
    }

    /// `randrange(start, stop, step)`.
    pub fn range(
        &mut self,
        start: IntegerRef<'_>,
        stop: IntegerRef<'_>,
        step: IntegerRef<'_>,
    ) -> Result<Integer, Fault> {
        let width = stop.sub(start);
        if step == IntegerRef::Small(1) {
            if width.as_ref().is_zero() || width.as_ref().is_negative() {
                let (start, stop) = (decimal(start)?, decimal(stop)?);
                return Err(Fault::value(format!("empty range in randrange({start}, {stop})")));
            }
            return Ok(start.add(self.integer_below(width.as_ref())?.as_ref()));
        }
        if step.is_zero() {
            return Err(Fault::value("zero step for randrange()"));
        }
        let towards = IntegerRef::Small(if step.is_negative() { 1 } else { -1 });
        let count = floor_div(width.as_ref().add(step).as_ref().add(towards).as_ref(), step)?;
        if count.as_ref().is_zero() || count.as_ref().is_negative() {
            let (start, stop, step) = (decimal(start)?, decimal(stop)?, decimal(step)?);
            return Err(Fault::value(format!("empty range in randrange({start}, {stop}, {step})")));
        }
        let drawn = self.integer_below(count.as_ref())?;
        Ok(start.add(step.mul(drawn.as_ref()).as_ref()))
    }

    /// `randint(low, high)`, both ends included.
    pub fn between(&mut self, low: IntegerRef<'_>, high: IntegerRef<'_>) -> Result<Integer, Fault> {
        self.range(low, high.add(IntegerRef::Small(1)).as_ref(), IntegerRef::Small(1))
    }

    /// `choice`: an index into a sequence of that length.
    pub fn choice(&mut self, length: usize) -> Result<usize, Fault> {
        if length == 0 {
            return Err(Fault::new(FaultKind::IndexError, "Cannot choose from an empty sequence"));
        }
        Ok(self.below(length as u64) as usize)
    }

    /// `shuffle`.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.below(at as u64 + 1) as usize;
            items.swap(at, other);
        }
    }

    /// `sample`: the indexes of `count` different members of a population.
    pub fn sample(&mut self, population: usize, count: i64) -> Result<Vec<usize>, Fault> {
        let count = usize::try_from(count)
            .ok()
            .filter(|count| *count <= population)
            .ok_or_else(|| Fault::value("Sample larger than population or is negative"))?;
        let mut chosen = Vec::with_capacity(count);
        if population <= pool_limit(count) {
            let mut pool: Vec<usize> = (0..population).collect();
            for taken in 0..count {
                let at = self.below((population - taken) as u64) as usize;
                // The last one that is still free moves into the gap.
                chosen.push(pool.swap_remove(at));
            }
            return Ok(chosen);
        }
        let mut seen = HashSet::with_capacity(count);
        while chosen.len() < count {
            let at = self.below(population as u64) as usize;
            if seen.insert(at) {
                chosen.push(at);
            }
        }
        Ok(chosen)
    }

    /// `choices` without weights: an index into a sequence of that length.
    ///
    /// The length must not be 0; CPython raises `IndexError` when it picks from nothing.
    pub fn equal_choice(&mut self, length: usize) -> Result<usize, Fault> {
        if length == 0 {
            return Err(Fault::new(FaultKind::IndexError, "list index out of range"));
        }
        Ok(((self.random() * length as f64) as usize).min(length - 1))
    }

    /// `choices` with cumulative weights: `count` indexes.
    pub fn weighted_choices(
        &mut self,
        cumulative: &[f64],
        population: usize,
        count: usize,
    ) -> Result<Vec<usize>, Fault> {
        if cumulative.len() != population {
            return Err(Fault::value("The number of weights does not match the population"));
        }
        let Some(total) = cumulative.last().copied() else {
            return Err(Fault::new(FaultKind::IndexError, "list index out of range"));
        };
        if total <= 0.0 {
            return Err(Fault::value("Total of weights must be greater than zero"));
        }
        if !total.is_finite() {
            return Err(Fault::value("Total of weights must be finite"));
        }
        let below_last = cumulative.get(..population - 1).unwrap_or_default();
        let pick = |drawn: f64| below_last.partition_point(|weight| *weight <= drawn);
        Ok((0..count).map(|_| pick(self.random() * total)).collect())
    }

    /// `uniform(low, high)`.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.random()
    }

    /// `triangular(low, high, mode)`.
    pub fn triangular(&mut self, low: f64, high: f64, mode: Option<f64>) -> Result<f64, Fault> {
        let drawn = self.random();
        let peak = match mode {
            None => 0.5,
            Some(_) if high - low == 0.0 => return Ok(low),
            Some(mode) => (mode - low) / (high - low),
        };
        let (drawn, peak, low, high) =
            if drawn > peak { (1.0 - drawn, 1.0 - peak, high, low) } else { (drawn, peak, low, high) };
        Ok(low + (high - low) * square_root(drawn * peak)?)
    }

    /// `normalvariate(mu, sigma)`: Kinderman and Monahan.
    pub fn normal(&mut self, mu: f64, sigma: f64) -> f64 {
        let magic = 4.0 * (-0.5_f64).exp() / 2.0_f64.sqrt();
        loop {
            let first = self.random();
            let second = 1.0 - self.random();
            let z = magic * (first - 0.5) / second;
            if z * z / 4.0 <= -second.ln() {
                return mu + z * sigma;
            }
        }
    }

    /// `gauss(mu, sigma)`: deviates come in pairs.
    pub fn gauss(&mut self, mu: f64, sigma: f64) -> f64 {
        let z = match self.gauss_next.take() {
            Some(z) => z,
            None => {
                let angle = self.random() * TAU;
                let radius = (-2.0 * (1.0 - self.random()).ln()).sqrt();
                self.gauss_next = Some(angle.sin() * radius);
                angle.cos() * radius
            }
        };
        mu + z * sigma
    }

    /// `lognormvariate(mu, sigma)`.
    pub fn log_normal(&mut self, mu: f64, sigma: f64) -> Result<f64, Fault> {
        exponential(self.normal(mu, sigma))
    }

    /// `expovariate(lambd)`.
    pub fn exponential(&mut self, rate: f64) -> Result<f64, Fault> {
        float_div(-(1.0 - self.random()).ln(), rate)
    }

    /// `vonmisesvariate(mu, kappa)`: Fisher, Statistical Analysis of Circular Data.
    pub fn von_mises(&mut self, mu: f64, kappa: f64) -> Result<f64, Fault> {
        if kappa <= 1e-6 {
            return Ok(TAU * self.random());
        }
        let s = 0.5 / kappa;
        let r = s + (1.0 + s * s).sqrt();
        let z = loop {
            let z = (PI * self.random()).cos();
            let d = z / (r + z);
            let u = self.random();
            if u < 1.0 - d * d || u <= (1.0 - d) * d.exp() {
                break z;
            }
        };
        let q = 1.0 / r;
        let turn = ((q + z) / (1.0 + q * z)).acos();
        float_mod(if self.random() > 0.5 { mu + turn } else { mu - turn }, TAU)
    }

    /// `gammavariate(alpha, beta)`: Cheng above 1, Kennedy and Gentle's GS below.
    pub fn gamma(&mut self, alpha: f64, beta: f64) -> Result<f64, Fault> {
        if alpha <= 0.0 || beta <= 0.0 {
            return Err(Fault::value("gammavariate: alpha and beta must be > 0.0"));
        }
        if alpha > 1.0 {
            return self.large_gamma(alpha).map(|x| x * beta);
        }
        if alpha == 1.0 {
            return Ok(-(1.0 - self.random()).ln() * beta);
        }
        loop {
            let b = (E + alpha) / E;
            let p = b * self.random();
            let x = if p <= 1.0 { power(p, 1.0 / alpha)? } else { -((b - p) / alpha).ln() };
            let u = self.random();
            let accepted = if p > 1.0 { u <= power(x, alpha - 1.0)? } else { u <= (-x).exp() };
            if accepted {
                return Ok(x * beta);
            }
        }
    }

    fn large_gamma(&mut self, alpha: f64) -> Result<f64, Fault> {
        let magic = 1.0 + 4.5_f64.ln();
        let a = (2.0 * alpha - 1.0).sqrt();
        let b = alpha - 4.0_f64.ln();
        let c = alpha + a;
        loop {
            let first = self.random();
            if !(first > 1e-7 && first < 0.999_999_9) {
                continue;
            }
            let second = 1.0 - self.random();
            let v = (first / (1.0 - first)).ln() / a;
            let x = alpha * exponential(v)?;
            let z = first * first * second;
            let r = b + c * v - x;
            if r + magic - 4.5 * z >= 0.0 || r >= z.ln() {
                return Ok(x);
            }
        }
    }

    /// `betavariate(alpha, beta)`.
    pub fn beta(&mut self, alpha: f64, beta: f64) -> Result<f64, Fault> {
        let y = self.gamma(alpha, 1.0)?;
        if y == 0.0 {
            return Ok(0.0);
        }
        Ok(y / (y + self.gamma(beta, 1.0)?))
    }

    /// `paretovariate(alpha)`.
    pub fn pareto(&mut self, alpha: f64) -> Result<f64, Fault> {
        let u = 1.0 - self.random();
        power(u, float_div(-1.0, alpha)?)
    }

    /// `weibullvariate(alpha, beta)`.
    pub fn weibull(&mut self, alpha: f64, beta: f64) -> Result<f64, Fault> {
        let u = 1.0 - self.random();
        Ok(alpha * power(-u.ln(), float_div(1.0, beta)?)?)
    }

    /// `binomialvariate(n, p)`: successes in `n` trials.
    pub fn binomial(&mut self, n: i64, p: f64) -> Result<i64, Fault> {
        if n < 0 {
            return Err(Fault::value("n must be non-negative"));
        }
        if p == 0.0 || p == 1.0 {
            return Ok(if p == 0.0 { 0 } else { n });
        }
        if p <= 0.0 || p >= 1.0 {
            return Err(Fault::value("p must be in the range 0.0 <= p <= 1.0"));
        }
        if n == 1 {
            return Ok(i64::from(self.random() < p));
        }
        if p > 0.5 {
            return Ok(n - self.binomial(n, 1.0 - p)?);
        }
        if n as f64 * p < 10.0 {
            return Ok(self.few_successes(n, p));
        }
        squeezed(self, n, p)
    }

    /// Devroye's geometric method: from success to success.
    fn few_successes(&mut self, n: i64, p: f64) -> i64 {
        let c = (1.0 - p).log2();
        let (mut successes, mut trials) = (0, 0i64);
        if c == 0.0 {
            return successes;
        }
        loop {
            let step = (self.random().log2() / c).floor() as i64;
            trials = trials.saturating_add(step).saturating_add(1);
            if trials > n {
                return successes;
            }
            successes += 1;
        }
    }
}

/// A number of successes, by Hörmann's transformed rejection with squeeze.
///
/// The mean must be 10 at least, and the probability one half at most.
fn squeezed(draws: &mut Mersenne, n: i64, p: f64) -> Result<i64, Fault> {
    let trials = n as f64;
    let deviation = (trials * p * (1.0 - p)).sqrt();
    let b = 1.15 + 2.53 * deviation;
    let a = -0.0873 + 0.0248 * b + 0.01 * p;
    let c = trials * p + 0.5;
    let ratio = 0.92 - 4.2 / b;
    let alpha = (2.83 + 5.1 / b) * deviation;
    let odds = (p / (1.0 - p)).ln();
    let mode = ((trials + 1.0) * p).floor();
    let peak = log_gamma(mode + 1.0)? + log_gamma(trials - mode + 1.0)?;
    loop {
        let u = draws.random() - 0.5;
        let us = 0.5 - u.abs();
        let k = ((2.0 * a / us + b) * u + c).floor();
        if !(0.0..=trials).contains(&k) {
            continue;
        }
        let v = draws.random();
        if us >= 0.07 && v <= ratio {
            return Ok(k as i64);
        }
        let v = v * (alpha / (a / (us * us) + b));
        if v.ln() <= peak - log_gamma(k + 1.0)? - log_gamma(trials - k + 1.0)? + (k - mode) * odds {
            return Ok(k as i64);
        }
    }
}

/// Up to this population, CPython draws from a list and not through a set.
fn pool_limit(count: usize) -> usize {
    if count <= 5 {
        return 21;
    }
    let exponent = ((count as f64 * 3.0).ln() / 4.0_f64.ln()).ceil();
    21usize.saturating_add(4usize.saturating_pow(exponent as u32))
}

fn exponential(x: f64) -> Result<f64, Fault> {
    let result = x.exp();
    if result.is_infinite() && x.is_finite() { Err(Fault::overflow("math range error")) } else { Ok(result) }
}

fn square_root(x: f64) -> Result<f64, Fault> {
    if x < 0.0 { Err(Fault::value("math domain error")) } else { Ok(x.sqrt()) }
}

fn power(base: f64, exponent: f64) -> Result<f64, Fault> {
    match float_pow(base, exponent)? {
        Power::Float(x) => Ok(x),
        // The bases here are logarithms and uniform deviates: never below zero.
        Power::Complex(..) | Power::Integer(_) => Err(Fault::value("math domain error")),
    }
}
