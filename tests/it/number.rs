//! Ints and floats against tables from CPython: `value::number`.

use ambler::value::number::*;

use crate::table::{self, Row, show_bool, show_bytes, show_float, show_int};

#[test]
fn arithmetic_agrees_with_cpython() {
    table::check(include_str!("../oracle/number.tsv"), |row| match row.operation.as_str() {
        "add" | "sub" | "mul" | "floordiv" | "mod" | "truediv" | "divmod" | "gcd" | "lcm" | "and" | "or"
        | "xor" | "lshift" | "rshift" | "comb" | "perm" | "pow" | "round" => of_two_ints(row),
        "compare" => Ok(show_order(compare_int_float(row.int(0).as_ref(), row.float(1)))),
        "powmod" => {
            let (a, b, m) = (row.int(0), row.int(1), row.int(2));
            int_pow_mod(a.as_ref(), b.as_ref(), m.as_ref()).map(|n| show_int(&n))
        }
        "ffloordiv" | "fmod" | "fdivmod" | "ftruediv" | "fpow" => of_two_floats(row),
        "fround" if row.optional(1).is_some() => {
            round_float(row.float(0), row.int(1).as_ref()).map(show_float)
        }
        "fhash" | "fint" | "fround" | "fis_integer" | "fratio" | "ffhex" | "frepr" | "gamma" | "lgamma" => {
            of_a_float(row)
        }
        "to_bytes" => {
            let order = ByteOrder::parse(row.text(2))?;
            to_bytes(row.int(0).as_ref(), row.small(1), order, row.flag(3)).map(|bytes| show_bytes(&bytes))
        }
        "from_bytes" => {
            let order = ByteOrder::parse(row.text(1))?;
            Ok(show_int(&from_bytes(&row.bytes(0), order, row.flag(2))))
        }
        "fromhex" => float_from_hex(row.text(0)).map(show_float),
        _ => of_an_int(row),
    });
}

fn of_two_ints(row: &Row) -> Result<String, Fault> {
    let (a, b) = (row.int(0), row.int(1));
    let (a, b) = (a.as_ref(), b.as_ref());
    let result = match row.operation.as_str() {
        "add" => a.add(b),
        "sub" => a.sub(b),
        "mul" => a.mul(b),
        "floordiv" => floor_div(a, b)?,
        "mod" => modulo(a, b)?,
        "truediv" => return true_div(a, b).map(show_float),
        "divmod" => {
            let (quotient, remainder) = divmod(a, b)?;
            return Ok(format!("{} {}", show_int(&quotient), show_int(&remainder)));
        }
        "gcd" => gcd(a, b),
        "lcm" => lcm(a, b),
        "and" => bit_and(a, b),
        "or" => bit_or(a, b),
        "xor" => bit_xor(a, b),
        "lshift" => shift_left(a, b)?,
        "rshift" => shift_right(a, b)?,
        "comb" => comb(a, b)?,
        "perm" => perm(a, b)?,
        "round" => round_int(a, b),
        "pow" => return int_pow(a, b).map(show_power),
        other => panic!("unknown operation {other}"),
    };
    Ok(show_int(&result))
}

fn of_an_int(row: &Row) -> Result<String, Fault> {
    let n = row.int(0);
    let n = n.as_ref();
    let prefixed = |prefix: &str, base| {
        let digits = radix(n, base);
        match digits.strip_prefix('-') {
            Some(digits) => format!("-{prefix}{digits}"),
            None => format!("{prefix}{digits}"),
        }
    };
    Ok(match row.operation.as_str() {
        "neg" => show_int(&n.neg()),
        "abs" => show_int(&n.abs()),
        "invert" => show_int(&invert(n)),
        "bit_length" => bit_length(n).to_string(),
        "bit_count" => bit_count(n).to_string(),
        "hash" => hash_int(n).to_string(),
        "float" => show_float(int_to_float(n)?),
        "isqrt" => show_int(&isqrt(n)?),
        "factorial" => show_int(&factorial(n)?),
        "str" if bit_length(n) > 14_000 => format!("{} digits", decimal(n)?.len()),
        "str" => decimal(n)?,
        "bin" => prefixed("0b", 2),
        "oct" => prefixed("0o", 8),
        "hex" => prefixed("0x", 16),
        other => panic!("unknown operation {other}"),
    })
}

fn of_a_float(row: &Row) -> Result<String, Fault> {
    let x = row.float(0);
    Ok(match row.operation.as_str() {
        "fhash" => hash_float(x).expect("not a NaN").to_string(),
        "fint" => show_int(&float_to_int(x)?),
        "fround" => show_int(&round_float_to_int(x)?),
        "fis_integer" => show_bool(is_integer(x)),
        "fratio" => {
            let (numerator, denominator) = as_integer_ratio(x)?;
            assert_eq!(hash_float(x), Some(hash_ratio(numerator.as_ref(), denominator.as_ref())));
            format!("{} {}", show_int(&numerator), show_int(&denominator))
        }
        "ffhex" => float_to_hex(x),
        "frepr" => ambler::value::text::float_repr(x),
        "gamma" => return gamma(x).map(show_float),
        "lgamma" => return log_gamma(x).map(show_float),
        other => panic!("unknown operation {other}"),
    })
}

fn of_two_floats(row: &Row) -> Result<String, Fault> {
    let (a, b) = (row.float(0), row.float(1));
    match row.operation.as_str() {
        "ffloordiv" => float_floor_div(a, b).map(show_float),
        "fmod" => float_mod(a, b).map(show_float),
        "ftruediv" => float_div(a, b).map(show_float),
        "fpow" => float_pow(a, b).map(show_power),
        _ => float_divmod(a, b)
            .map(|(quotient, rest)| format!("{} {}", show_float(quotient), show_float(rest))),
    }
}

fn show_power(power: Power) -> String {
    match power {
        Power::Integer(n) => show_int(&n),
        Power::Float(x) => show_float(x),
        Power::Complex(re, im) => format!("{} {}", show_float(re), show_float(im)),
    }
}

fn show_order(order: Option<std::cmp::Ordering>) -> String {
    match order {
        Some(std::cmp::Ordering::Less) => "<",
        Some(std::cmp::Ordering::Equal) => "=",
        Some(std::cmp::Ordering::Greater) => ">",
        None => "?",
    }
    .to_owned()
}

#[test]
fn generators_agree_with_cpython() {
    table::check(include_str!("../oracle/mersenne.tsv"), |row| {
        let mut generator = seeded(row);
        // A generator that was stored and restored must go on the same way.
        generator = Mersenne::from_state(&generator.state())?;
        match row.operation.as_str() {
            "sample" => generator.sample(row.small(2) as usize, row.small(3)).map(|found| joined(&found)),
            "shuffle" => {
                let mut items: Vec<usize> = (0..row.small(2) as usize).collect();
                generator.shuffle(&mut items);
                Ok(joined(&items))
            }
            "choices" => {
                let length = row.small(2) as usize;
                let drawn: Result<Vec<_>, _> =
                    (0..row.small(3)).map(|_| generator.equal_choice(length)).collect();
                drawn.map(|drawn| joined(&drawn))
            }
            "weighted" => {
                let weights: Vec<f64> = row.text(2).split(' ').map(table::float).collect();
                generator
                    .weighted_choices(&weights, weights.len(), row.small(3) as usize)
                    .map(|found| joined(&found))
            }
            _ => {
                let count = match row.operation.as_str() {
                    "bytes" => 1,
                    "normal" | "gauss" => 5,
                    "binomial" => 6,
                    "choice" => 8,
                    "randint" if row.small(2) == 1 => 10,
                    _ => 3,
                };
                let drawn: Result<Vec<String>, Fault> =
                    (0..count).map(|_| draw(&mut generator, row)).collect();
                drawn.map(|drawn| drawn.join(" "))
            }
        }
    });
}

fn seeded(row: &Row) -> Mersenne {
    match row.text(0) {
        "i" => Mersenne::from_int(row.int(1).as_ref()),
        "s" => Mersenne::from_text(row.text(1)),
        "b" => Mersenne::from_bytes(&row.bytes(1)),
        _ => Mersenne::from_hash(hash_float(row.float(1)).expect("not a NaN")),
    }
}

fn draw(r: &mut Mersenne, row: &Row) -> Result<String, Fault> {
    let (a, b) = (row.optional(2), row.optional(3));
    let float = |text: Option<&str>| table::float(text.expect("an argument"));
    let real = match row.operation.as_str() {
        "bits" => return r.bits(row.small(2)).map(|n| show_int(&n)),
        "below" => return r.integer_below(row.int(2).as_ref()).map(|n| show_int(&n)),
        "range1" => return r.range_below(row.int(2).as_ref()).map(|n| show_int(&n)),
        "randint" => return r.between(row.int(2).as_ref(), row.int(3).as_ref()).map(|n| show_int(&n)),
        "range" => {
            let (start, stop, step) = (row.int(2), row.int(3), row.int(4));
            return r.range(start.as_ref(), stop.as_ref(), step.as_ref()).map(|n| show_int(&n));
        }
        "choice" => return r.choice(row.small(2) as usize).map(|at| at.to_string()),
        "bytes" => return r.bytes(row.small(2)).map(|bytes| show_bytes(&bytes)),
        "binomial" => return r.binomial(row.small(2), row.float(3)).map(|n| n.to_string()),
        "random" => r.random(),
        "uniform" => r.uniform(float(a), float(b)),
        "triangular" => r.triangular(float(a), float(b), row.optional(4).map(table::float))?,
        "normal" => r.normal(float(a), float(b)),
        "gauss" => r.gauss(float(a), float(b)),
        "lognormal" => r.log_normal(float(a), float(b))?,
        "exponential" => r.exponential(float(a))?,
        "vonmises" => r.von_mises(float(a), float(b))?,
        "gamma" => r.gamma(float(a), float(b))?,
        "beta" => r.beta(float(a), float(b))?,
        "pareto" => r.pareto(float(a))?,
        "weibull" => r.weibull(float(a), float(b))?,
        other => panic!("unknown operation {other}"),
    };
    Ok(show_float(real))
}

fn joined(items: &[usize]) -> String {
    items.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
}
