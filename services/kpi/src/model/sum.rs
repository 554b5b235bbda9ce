//! Sums and means without visible rounding errors.

/// A sum that keeps the rounding error of each addition, so that ten times 0.1 is 1 (Neumaier's
/// variant of Kahan's summation, ZAMM 54, 1974).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct KahanSum {
    sum: f64,
    compensation: f64,
}

impl KahanSum {
    pub(super) fn add(&mut self, value: f64) {
        let next = self.sum + value;
        self.compensation += if self.sum.abs() >= value.abs() {
            (self.sum - next) + value
        } else {
            (value - next) + self.sum
        };
        self.sum = next;
    }

    pub(super) const fn total(self) -> f64 {
        self.sum + self.compensation
    }
}

/// The mean of finite numbers; absent without numbers. It lies between the smallest and the
/// largest, so that the mean of equal numbers is that number.
pub(super) fn mean(numbers: &[f64]) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "no list has 2^52 numbers")]
    let count = numbers.len() as f64;
    let least = numbers.iter().copied().reduce(f64::min)?;
    let greatest = numbers.iter().copied().reduce(f64::max)?;
    let mut sum = KahanSum::default();
    for number in numbers {
        sum.add(*number);
    }
    let mean = sum.total() / count;
    let mean = if mean.is_finite() {
        mean
    } else {
        // The sum overflows; the mean does not.
        numbers.iter().map(|number| number / count).sum()
    };
    Some(mean.clamp(least, greatest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_mean_of_equal_numbers_is_that_number() {
        for count in 1..=1_000 {
            for number in [100.0, 99.9, 0.1, -33.333_333, 1e15, f64::MAX] {
                assert_eq!(mean(&vec![number; count]), Some(number), "{count}");
            }
        }
        assert_eq!(mean(&[]), None);
        assert_eq!(mean(&[f64::MAX, f64::MIN]), Some(0.0));
    }

    proptest! {
        #[test]
        fn a_mean_lies_among_its_numbers_in_whatever_order(
            mut numbers in proptest::collection::vec(-1e6_f64..1e6, 1..40),
        ) {
            let one = mean(&numbers).unwrap();
            numbers.reverse();
            let other = mean(&numbers).unwrap();
            prop_assert!((one - other).abs() <= 1e-9);
            prop_assert!(numbers.iter().any(|number| *number <= one));
            prop_assert!(numbers.iter().any(|number| *number >= one));
        }
    }
}
