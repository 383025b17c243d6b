/* The scheme around the generated functions: one call advances one block of W patients.
 *
 * Every lane is one patient. Decisions (reject, retry, finish) are masks per lane, so a patient's
 * numbers do not depend on who shares the vector.
 *
 * Before this text come the vector types, the sizes NS (states), NR (reactions), NQ (prepared
 * values), NT (scratch), NNZ (matrix entries) and the declarations of
 *   prepare, rates, jacobian, assemble, factor, solve.
 */

typedef struct {
  const V *p;      /* parameters */
  V *q;            /* values that depend on parameters only */
  V *t;            /* scratch of the generated functions */
  V *m;            /* I - g J, then its factors */
  V *v, *f;        /* reaction rates, time derivatives */
  V *k1, *k2, *k3, *z, *error;
  V *y, *saved;    /* LEVELS copies of a state each */
  long guarded, limited; /* how often the guard and the limiter acted, in steps of a block */
} Work;

enum { LEVELS = 4, PARTS = 4, LIMITER_STEPS = 8, TICKS = 16, DOSE_PARTS = 4 };
/* Nearly all of the error of a course sits in the first minutes after a dose, so that step is short. Together
 * these are one step of the grid, in ticks. */
static const long dose_part[DOSE_PARTS] = {1, 3, 4, 8};

long erbium_workspace(void) { return (long)NQ + NT + NNZ + NR + 6L * NS + 2L * LEVELS * NS; }
int erbium_lanes(void) { return W; }

static Work workspace(const V *p, V *memory) {
  Work w = {0};
  w.p = p;
  w.q = memory; memory += NQ;
  w.t = memory; memory += NT;
  w.m = memory; memory += NNZ;
  w.v = memory; memory += NR;
  w.f = memory; memory += NS;
  w.k1 = memory; memory += NS;
  w.k2 = memory; memory += NS;
  w.k3 = memory; memory += NS;
  w.z = memory; memory += NS;
  w.error = memory; memory += NS;
  w.y = memory; memory += LEVELS * NS;
  w.saved = memory;
  prepare(p, w.q, w.t);
  return w;
}

static inline int any(VI mask) {
  integer all = 0;
  for (int l = 0; l < W; l++) all |= mask[l];
  return all != 0;
}

static void derivative(const V *x, Work *w, V *f) {
  rates(x, w->p, w->q, w->t, w->v);
  assemble(w->v, f);
}

/* RODAS3: four stages, order 3, L-stable; the last stage is also the error estimate. */
static void rodas3(const V *x, Work *w, V h, V *y) {
  V g = h * K(0.5), *k1 = w->k1, *k2 = w->k2, *k3 = w->k3, *k4 = w->error, *z = w->z, *f = w->f;
  jacobian(x, w->p, w->q, w->t, w->v, w->m, &g);
  factor(w->m);
  assemble(w->v, f);
  for (int i = 0; i < NS; i++) k1[i] = g * f[i];
  solve(w->m, k1);
  for (int i = 0; i < NS; i++) k2[i] = g * f[i] + K(2) * k1[i];
  solve(w->m, k2);
  for (int i = 0; i < NS; i++) z[i] = x[i] + K(2) * k1[i];
  derivative(z, w, f);
  for (int i = 0; i < NS; i++) k3[i] = g * f[i] + K(0.5) * (k1[i] - k2[i]);
  solve(w->m, k3);
  for (int i = 0; i < NS; i++) z[i] = z[i] + k3[i];
  derivative(z, w, f);
  for (int i = 0; i < NS; i++) k4[i] = g * f[i] + K(0.5) * (k1[i] - k2[i] - K(8.0 / 3.0) * k3[i]);
  solve(w->m, k4);
  for (int i = 0; i < NS; i++) y[i] = z[i] + k4[i];
}

/* What a reaction may take is bounded by what is there: positive and conserving, order 1. */
static void limited(V *x, Work *w, V h) {
  V part = h * K(1.0 / LIMITER_STEPS);
  for (int s = 0; s < LIMITER_STEPS; s++) {
    rates(x, w->p, w->q, w->t, w->v);
    for (int j = 0; j < NR; j++) {
      V extent = part * w->v[j], forward = splat(K(0)), backward = splat(K(0));
      VI ahead = extent >= K(0);
      for (int c = change_start[j]; c < change_start[j + 1]; c++) {
        real n = change_count[c];
        V there = op_max(x[change_species[c]], splat(TINY));
        if (n < 0) forward = forward - n / there;
        else backward = backward - n / there;
      }
      extent = extent / (K(1) + extent * choose(ahead, forward, backward));
      for (int c = change_start[j]; c < change_start[j + 1]; c++) {
        V *to = x + change_species[c];
        V next = *to + change_count[c] * extent;
        *to = choose(next < K(0), splat(K(0)), next);
      }
    }
  }
}

/* One step; lanes that left the positive orthant (or are NaN) repeat it in PARTS smaller ones. */
static void guarded_step(V *x, Work *w, V h, VI wanted, int level) {
  if (level == LEVELS) {
    w->limited++;
    limited(x, w, h);
    return;
  }
  V *y = w->y + level * NS, *saved = w->saved + level * NS;
  rodas3(x, w, h, y);
  VI good = y[0] >= -EPSILON;
  for (int i = 1; i < NS; i++) good &= y[i] >= -EPSILON;
  good |= ~wanted;
  if (any(~good)) {
    w->guarded++;
    memcpy(saved, x, NS * sizeof(V));
    for (int part = 0; part < PARTS; part++) guarded_step(saved, w, h * K(1.0 / PARTS), ~good, level + 1);
    for (int i = 0; i < NS; i++) y[i] = choose(good, y[i], saved[i]);
  }
  for (int i = 0; i < NS; i++) x[i] = choose(y[i] < NOTHING, splat(K(0)), y[i]); /* keeps NaN */
}

/* Largest error of a step in units of what is allowed, per lane; NaN where a state is. */
static V error_norm(const V *x, const V *y, const Work *w, double rtol, double atol) {
  V norm = splat(K(0));
  for (int i = 0; i < NS; i++) {
    V size = op_max(w->error[i], -w->error[i]);
    V allowed = K(atol) + K(rtol) * op_max(x[i], op_max(y[i], -y[i]));
    V ratio = size / allowed;
    norm = choose(ratio <= norm, norm, ratio); /* keeps NaN of this state */
  }
  return norm;
}

/* A lane on its way through a course; lengths and positions in ticks. */
typedef struct {
  long at, length, taken; /* where it is, how long its steps are by now, and the one it takes */
  long event, recorded;   /* the next event that doses it, and the next row of its record */
  int part;               /* which part of the step after a dose; DOSE_PARTS when none */
} Lane;

/* Doses that are due are given; returns whether there was one, and leaves the next one in `event`. */
static int give_doses(Lane *lane, int l, V *x, const V *amounts, const int *event_step, const int *event_species,
                      const int *event_rule, long events) {
  int dosed = 0;
  for (; lane->event < events; lane->event++) {
    real amount = amounts[event_rule[lane->event]][l];
    if (amount == K(0)) continue;
    if (event_step[lane->event] * (long)TICKS > lane->at) break;
    x[event_species[lane->event]][l] += amount;
    dosed = 1;
  }
  return dosed;
}

/* Advance `steps` steps of `step_h` hours. Event e adds amounts[event_rule[e]] to event_species[e] at the
 * start of step event_step[e] (ascending). Every `record_every` steps, before doses, the columns are
 * recorded, first and last state included.
 *
 * A lane goes at its own pace: it takes no step across a dose of its own or a row of its record, steps of up
 * to `plain` * `step_h` are taken as they come, longer ones (up to `most` * `step_h`) must keep their error
 * below `rtol` and `atol`. With both at 1 all steps are alike. */
void erbium_advance(V *x, const V *p, const V *amounts, double step_h, long steps, const int *event_step,
                    const int *event_species, const int *event_rule, long events, long record_every,
                    const int *columns, long column_count, V *record, double rtol, double atol, long plain, long most,
                    V *memory, long *counts) {
  Work w = workspace(p, memory);
  Lane lanes[W];
  V *y = w.y, *retried = w.saved;
  long end = steps * TICKS;
  plain *= TICKS;
  most *= TICKS;
  for (int l = 0; l < W; l++) lanes[l] = (Lane){.length = plain, .part = DOSE_PARTS};
  for (;;) {
    V h = splat(K(0));
    int moving = 0;
    for (int l = 0; l < W; l++) {
      Lane *lane = &lanes[l];
      if (record_every && lane->at == lane->recorded * record_every * TICKS) {
        V *row = record + lane->recorded++ * column_count;
        for (long c = 0; c < column_count; c++) row[c][l] = x[columns[c]][l];
      }
      lane->taken = 0;
      if (lane->at == end) continue;
      moving = 1;
      if (give_doses(lane, l, x, amounts, event_step, event_species, event_rule, events)) lane->part = 0;
      if (lane->part < DOSE_PARTS) {
        lane->taken = dose_part[lane->part];
      } else {
        long stop = end;
        if (lane->event < events && event_step[lane->event] * (long)TICKS < stop) stop = event_step[lane->event] * (long)TICKS;
        if (record_every && lane->recorded * record_every * TICKS < stop) stop = lane->recorded * record_every * TICKS;
        lane->taken = lane->length < stop - lane->at ? lane->length : stop - lane->at;
      }
      h[l] = K(step_h / TICKS) * (real)lane->taken;
    }
    if (!moving) break;
    rodas3(x, &w, h, y);
    V norm = error_norm(x, y, &w, rtol, atol);
    VI good = y[0] >= -EPSILON, retry = {0}, moved = {0};
    for (int i = 1; i < NS; i++) good &= y[i] >= -EPSILON;
    for (int l = 0; l < W; l++) {
      Lane *lane = &lanes[l];
      if (!lane->taken) continue;
      if (lane->taken > plain && !(good[l] && norm[l] <= K(1))) {
        lane->length = lane->taken / 2 > plain ? lane->taken / 2 : plain;
        continue;
      }
      moved[l] = -1;
      if (!good[l]) retry[l] = -1;
      lane->at += lane->taken;
      if (lane->part < DOSE_PARTS) {
        if (++lane->part == DOSE_PARTS) lane->length = plain;
      } else if (lane->taken == lane->length && norm[l] <= K(0.1)) {
        lane->length = lane->length * 2 < most ? lane->length * 2 : most;
      }
    }
    if (any(retry)) {
      w.guarded++;
      memcpy(retried, x, NS * sizeof(V));
      for (int part = 0; part < PARTS; part++) guarded_step(retried, &w, h * K(1.0 / PARTS), retry, 1);
      for (int i = 0; i < NS; i++) y[i] = choose(retry, retried[i], y[i]);
    }
    VI lost = {0};
    for (int i = 0; i < NS; i++) {
      V next = choose(y[i] < NOTHING, splat(K(0)), y[i]); /* keeps NaN */
      x[i] = choose(moved, next, x[i]);
      lost |= x[i] != x[i];
    }
    for (int l = 0; l < W; l++)
      if (lost[l]) lanes[l].at = end; /* no step brings it back */
  }
  counts[0] += w.guarded;
  counts[1] += w.limited;
}

/* Settle by linearly implicit Euler steps that grow; frozen rows of the matrix become identity.
 * `done` holds 1 per settled lane. */
void erbium_settle(V *x, const V *p, const int *frozen, long frozen_count, const int *frozen_entry,
                   const int *frozen_diagonal, long entry_count, double first, double last, double growth,
                   long steps, V *done, V *memory) {
  Work w = workspace(p, memory);
  V h = splat(K(first)), *y = w.y;
  VI active = (VI){0} == (VI){0};
  for (long s = 0; s < steps && any(active); s++) {
    jacobian(x, p, w.q, w.t, w.v, w.m, &h);
    for (long e = 0; e < entry_count; e++) w.m[frozen_entry[e]] = splat(K(frozen_diagonal[e]));
    factor(w.m);
    assemble(w.v, w.f);
    for (int i = 0; i < NS; i++) w.k1[i] = h * w.f[i];
    for (long i = 0; i < frozen_count; i++) w.k1[frozen[i]] = splat(K(0));
    solve(w.m, w.k1);
    VI good = active, still = h >= K(0.1 * last);
    for (int i = 0; i < NS; i++) {
      y[i] = x[i] + w.k1[i];
      V size = op_max(w.k1[i], -w.k1[i]);
      good &= y[i] >= -K(1e-12);
      still &= size <= K(1e-9) * y[i] + K(1e-12);
    }
    for (int i = 0; i < NS; i++) {
      V next = choose(y[i] < K(0), splat(K(0)), y[i]);
      x[i] = choose(good, next, x[i]);
    }
    h = choose(good, op_min(h * K(growth), splat(K(last))), h * K(0.25));
    active &= ~(good & still);
  }
  *done = choose(active, splat(K(0)), splat(K(1)));
}

/* Error-controlled steps over `span` hours; `step` holds each lane's next step between calls.
 * `done` holds 1 per lane that arrived. */
void erbium_cell(V *x, const V *p, double span, V *step, double rtol, double atol, double least, long steps,
                 V *done, V *memory) {
  Work w = workspace(p, memory);
  V at = splat(K(0)), end = splat(K(span)), *y = w.y, *limited_state = w.saved;
  VI active = (VI){0} == (VI){0};
  for (long s = 0; s < steps && any(active); s++) {
    V left = end - at, h = op_min(*step, left);
    VI last = *step >= left;
    rodas3(x, &w, h, y);
    V norm = error_norm(x, y, &w, rtol, atol);
    VI positive = active;
    for (int i = 0; i < NS; i++) positive &= y[i] >= -EPSILON;
    VI accepted = positive & (norm <= K(1));
    VI forced = active & ~accepted & (h <= K(least));
    if (any(forced)) {
      memcpy(limited_state, x, NS * sizeof(V));
      limited(limited_state, &w, h);
    }
    V factor_ = K(0.9) * op_exp(op_log(op_max(norm, splat(K(1e-6)))) * K(-1.0 / 3.0));
    factor_ = op_max(op_min(factor_, splat(K(5))), splat(K(0.2)));
    factor_ = choose(accepted, factor_, op_min(factor_, splat(K(0.25))));
    factor_ = choose(factor_ == factor_, factor_, splat(K(0.2)));
    factor_ = choose(forced, splat(K(2)), factor_);
    VI moved = accepted | forced;
    for (int i = 0; i < NS; i++) {
      V next = choose(y[i] < K(0), splat(K(0)), y[i]);
      if (any(forced)) next = choose(forced, limited_state[i], next);
      x[i] = choose(moved, next, x[i]);
    }
    at = choose(moved, at + h, at);
    V proposed = h * factor_;
    proposed = choose(accepted & last, op_max(proposed, *step), proposed); /* a short last step says little */
    *step = choose(active, op_max(proposed, splat(K(0.5 * least))), *step);
    active &= ~(moved & last);
  }
  *done = choose(active, splat(K(0)), splat(K(1)));
}

/* Right-hand side, and g = -1 gives I + J in `matrix` when asked for. */
void erbium_derivative(const V *x, const V *p, V *f, V *matrix, V *memory) {
  Work w = workspace(p, memory);
  if (matrix) {
    V g = splat(K(-1));
    jacobian(x, p, w.q, w.t, w.v, matrix, &g);
    assemble(w.v, f);
  } else {
    derivative(x, &w, f);
  }
}
