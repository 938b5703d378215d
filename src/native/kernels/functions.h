// Functions of a vector. A comparison with NaN is false, so each "?" is written to let NaN pass.

inline F clamp(F x, float low, float high) {
  x = x < low ? all(low) : x;
  return x > high ? all(high) : x;
}

// e^x = 2^n · e^r with |r| ≤ ln 2 / 2 (Cephes). 2^n is multiplied in two halves, because n may be 128.
inline F exponential(F x) {
  x = clamp(x, -104, 89);
  const F shifted = x * 1.44269504088896341f + 12582912.f;  // the number n stands in the last bits
  const F n = shifted - 12582912.f;
  const F r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  F p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.f;
  const I whole = (I)shifted - 0x4B400000;
  const I half = whole >> 1;
  return p * (F)((half + 127) << 23) * (F)((whole - half + 127) << 23);
}

inline F sigmoid(F x) { return 1.f / (1.f + exponential(-x)); }

// tanh as Eigen's quotient of two polynomials, which TensorFlow computes too.
struct Quotient {
  F over, under;
};
inline Quotient tanhQuotient(F given) {
  const F x = clamp(given, -7.90531110763549805f, 7.90531110763549805f);
  const F s = x * x;
  F p = s * -2.76076847742355e-16f + 2.00018790482477e-13f;
  p = p * s + -8.60467152213735e-11f;
  p = p * s + 5.12229709037114e-08f;
  p = p * s + 1.48572235717979e-05f;
  p = p * s + 6.37261928875436e-04f;
  p = p * s + 4.89352455891786e-03f;
  F q = s * 1.19825839466702e-06f + 1.18534705686654e-04f;
  q = q * s + 2.26843463243900e-03f;
  q = q * s + 4.89352518554385e-03f;
  const F size = (F)((I)given & 0x7fffffff);
  const I isSmall = size < 0.0004f, isLarge = size > 8.3f;  // beyond its ends the quotient is 2.4e-7 off
  const F end = isLarge ? (F)(((I)given & (int32_t)0x80000000) | 0x3f800000) : given;
  return {isSmall | isLarge ? end : x * p, isSmall | isLarge ? all(1) : q};
}

inline F hyperbolicTangent(F x) {
  const Quotient y = tanhQuotient(x);
  return y.over / y.under;
}

// σ(a) · tanh(b), with one division.
inline F sigmoidTimesTanh(F a, F b) {
  const Quotient y = tanhQuotient(b);
  return y.over / (y.under * (1.f + exponential(-a)));
}

inline F maximum(F a, F b) {  // NaN if one of them is
  const F y = a > b ? a : b;
  return a != a ? a : y;
}
inline F minimum(F a, F b) {
  const F y = a < b ? a : b;
  return a != a ? a : y;
}

// Functions that the compiler has no vector instructions for go element by element.
template <float (*f)(float)>
inline F each(F x) {
  F y;
  for (int i = 0; i < W; i++) y[i] = f(x[i]);
  return y;
}
inline float squareRoot(float x) { return __builtin_sqrtf(x); }
inline float logarithm(float x) { return __builtin_logf(x); }
inline float logOnePlus(float x) { return __builtin_log1pf(x); }

// As TensorFlow: far from 0 the exact value is x, or e^x, in float32.
inline F softplus(F x) {
  const float threshold = -13.942385f;  // log(ε) + 2
  const F e = exponential(x);
  const F y = x > -threshold ? x : each<logOnePlus>(e);
  return x < threshold ? e : y;
}
