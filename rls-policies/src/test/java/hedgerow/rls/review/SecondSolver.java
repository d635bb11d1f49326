package hedgerow.rls.review;

import com.microsoft.z3.Context;
import hedgerow.rls.smt.Smt2File;
import hedgerow.rls.smt.SolverAnswer;
import io.github.cvc5.CVC5ApiException;
import io.github.cvc5.InputParser;
import io.github.cvc5.Solver;
import io.github.cvc5.SymbolManager;
import io.github.cvc5.TermManager;
import io.github.cvc5.modes.InputLanguage;
import java.util.List;
import java.util.Map;

/// Solvers that share nothing with the shipped one, run on the text of a file.
enum SecondSolver {
    Z3 {
        @Override
        SolverAnswer solve(String text) {
            try (var context = new Context(Map.of("timeout", LIMIT))) {
                var solver = context.mkSolver();
                solver.fromString(text);
                return switch (solver.check()) {
                    case SATISFIABLE -> SolverAnswer.SATISFIABLE;
                    case UNSATISFIABLE -> SolverAnswer.UNSATISFIABLE;
                    case UNKNOWN -> SolverAnswer.UNKNOWN;
                };
            }
        }
    },
    CVC5 {
        @Override
        SolverAnswer solve(String text) {
            try {
                var manager = new TermManager();
                var solver = new Solver(manager);
                solver.setOption("tlimit-per", LIMIT);
                var symbols = new SymbolManager(manager);
                var parser = new InputParser(solver, symbols);
                parser.setStringInput(InputLanguage.SMT_LIB_2_6, commands(text), "question");
                for (var next = parser.nextCommand(); !next.isNull(); next = parser.nextCommand()) {
                    next.invoke(solver, symbols);
                }
                var result = solver.checkSat();
                return result.isSat()
                        ? SolverAnswer.SATISFIABLE
                        : result.isUnsat() ? SolverAnswer.UNSATISFIABLE : SolverAnswer.UNKNOWN;
            } catch (CVC5ApiException e) {
                throw new IllegalStateException(e);
            }
        }

        /// The commands without the request for the answer, which these solvers receive by a call.
        private String commands(String text) {
            return Smt2File.unanswered(text).replace("(check-sat)", "").replace("(exit)", "");
        }
    };

    private static final String LIMIT = "10000";

    abstract SolverAnswer solve(String text);

    /// The solvers whose libraries this machine can load.
    static List<SecondSolver> available() {
        return List.of(values()).stream().filter(SecondSolver::works).toList();
    }

    private boolean works() {
        try {
            return solve("(set-logic QF_UFLRA)(assert false)(check-sat)(exit)") == SolverAnswer.UNSATISFIABLE;
        } catch (LinkageError e) {
            return false;
        }
    }
}
